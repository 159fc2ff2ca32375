// The one time that a secret is shown.
import { useT } from '../../i18n/translate';
import { useStore } from '../../lib/store';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/CopyButton';
import { Dialog } from '../../ui/Dialog';
import { issued } from './issued';

export function SecretDialog({ endpointId }: { endpointId: string }) {
  const t = useT();
  const shown = useStore(issued);
  const forget = () => issued.set(null);
  const secret = shown?.endpointId === endpointId ? shown.secret : null;
  return (
    <Dialog open={secret !== null} onClose={forget} title={t('webhooks.secret')}>
      <div className="grid gap-4">
        <Alert tone="warn">{t('webhooks.secret.once')}</Alert>
        <div className="flex items-center gap-3 rounded-lg border border-line bg-raised p-3">
          <code className="min-w-0 flex-1 font-mono text-sm break-all select-all">{secret}</code>
          <CopyButton text={secret ?? ''} />
        </div>
        <Button look="primary" onClick={forget} className="justify-self-end">
          {t('webhooks.secret.kept')}
        </Button>
      </div>
    </Dialog>
  );
}
