// Forgetting an endpoint.
import { useMutation } from 'urql';
import { useLocation } from 'wouter';
import { useT } from '../../i18n/translate';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { Alert } from '../../ui/Alert';
import { Confirm } from '../../ui/Confirm';
import { toast } from '../../ui/toasts';
import { DeleteEndpoint } from './mutations';

type Props = { id: string; name: string; onClose: () => void };

export function DeleteDialog({ id, name, onClose }: Props) {
  const t = useT();
  const [, go] = useLocation();
  const [{ fetching }, remove] = useMutation(DeleteEndpoint);
  const { said, general } = useRefusals();
  async function confirm() {
    const { data, error } = await remove({ id });
    const result = data?.deleteWebhookEndpoint;
    if (result?.__typename !== 'WebhookDeleted') return said({ refusal: result, error });
    toast(t('webhooks.deleted', { name }));
    go('/webhooks');
  }
  return (
    <Confirm open title={t('webhooks.delete.title', { name })} action={t('webhooks.delete')} busy={fetching} onClose={onClose} onConfirm={() => void confirm()}>
      {general && <Alert>{general}</Alert>}
      <p>{t('webhooks.delete.hint')}</p>
    </Confirm>
  );
}
