// A new secret; for a while the old one signs too.
import { useState } from 'react';
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Select } from '../../ui/Field';
import { issued } from './issued';
import { RotateSecret } from './mutations';

const GRACES = [0, 3_600, 86_400, 604_800] as const;

export function RotateDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const [grace, setGrace] = useState<number>(86_400);
  const [{ fetching }, rotate] = useMutation(RotateSecret);
  const { said, general } = useRefusals();
  async function confirm() {
    const { data, error } = await rotate({ id, grace });
    const result = data?.rotateWebhookSecret;
    if (result?.__typename !== 'WebhookSecretIssued') return said({ refusal: result, error });
    onClose();
    issued.set({ endpointId: id, secret: result.secret });
  }
  return (
    <Dialog open onClose={onClose} title={t('webhooks.rotate')}>
      <div className="grid gap-4 text-sm">
        {general && <Alert>{general}</Alert>}
        <p>{t('webhooks.rotate.hint')}</p>
        <Select label={t('webhooks.grace')} value={grace} onChange={(event) => setGrace(Number(event.target.value))}>
          {GRACES.map((seconds) => (
            <option key={seconds} value={seconds}>
              {t(`webhooks.grace.${seconds}`)}
            </option>
          ))}
        </Select>
        <Button look="primary" busy={fetching} onClick={() => void confirm()} className="justify-self-end">
          {t('webhooks.rotate')}
        </Button>
      </div>
    </Dialog>
  );
}
