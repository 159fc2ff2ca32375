// A delivery's body, its attempts, and sending it again.
import { History, RotateCw } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useT } from '../../i18n/translate';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { DateTime } from '../../ui/DateTime';
import { Fault } from '../../ui/Fault';
import { Skeletons } from '../../ui/Skeleton';
import { AttemptList } from './AttemptList';
import { DeliveryWhole } from './delivery';
import { Redeliver } from './mutations';
import { pretty } from './pretty';
import { ReplayDialog } from './ReplayDialog';

type Props = { id: string; endpointId: string; place: string; next: string | null | undefined; attempts: number; onChanged: () => void };

export function DeliveryDetail({ id, endpointId, place, next, attempts, onChanged }: Props) {
  const t = useT();
  const [replaying, setReplaying] = useState(false);
  const [{ data, error, fetching }, read] = useQuery({ query: DeliveryWhole, variables: { id }, requestPolicy: 'cache-and-network' });
  const [{ fetching: sending }, redeliver] = useMutation(Redeliver);
  const { said, general } = useRefusals();
  const again = useEffectEvent(() => read({ requestPolicy: 'network-only' }));
  useEffect(() => again(), [attempts]);
  const delivery = data?.webhookDelivery;
  async function send() {
    const answer = await redeliver({ id });
    const result = answer.data?.redeliverWebhook;
    if (result?.__typename !== 'WebhookDelivery') said({ refusal: result, error: answer.error });
    onChanged();
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 border-t border-line bg-page px-4 py-4 sm:pl-11">
      {error && <Fault error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />}
      {fetching && !data && <Skeletons count={1} className="h-32" />}
      {delivery && (
        <>
          <AttemptList attempts={delivery.attempts} />
          {next && (
            <p className="text-xs text-muted">
              {t('webhooks.next')} <DateTime at={next} look="time" />
            </p>
          )}
          <div>
            <h3 className="mb-1.5 text-xs font-medium text-muted">{t('webhooks.body')}</h3>
            <pre tabIndex={0} aria-label={t('webhooks.body')} className="max-h-72 overflow-auto rounded-lg bg-raised p-3 font-mono text-xs leading-5">
              {pretty(delivery.body)}
            </pre>
          </div>
        </>
      )}
      {general && <Alert>{general}</Alert>}
      <div className="flex flex-wrap gap-2">
        <Button small busy={sending} onClick={() => void send()}>
          <RotateCw className="size-4" aria-hidden />
          {t('webhooks.redeliver')}
        </Button>
        <Button small look="quiet" onClick={() => setReplaying(true)}>
          <History className="size-4" aria-hidden />
          {t('webhooks.replay.here')}
        </Button>
      </div>
      {replaying && <ReplayDialog id={endpointId} after={place} onClose={() => setReplaying(false)} />}
    </div>
  );
}
