// What was sent to an endpoint, the newest first, and how it went.
import { Inbox } from 'lucide-react';
import { useState } from 'react';
import type { DeliveryStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Select } from '../../ui/Field';
import { Skeletons } from '../../ui/Skeleton';
import { DeliveryRow } from './DeliveryRow';
import { useDeliveries } from './useDeliveries';

const STATUSES: DeliveryStatus[] = ['PENDING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELLED'];
const PART = 20;
const MOST = 100;

export function DeliveryLog({ endpointId, onNews }: { endpointId: string; onNews: () => void }) {
  const t = useT();
  const [status, setStatus] = useState<DeliveryStatus | null>(null);
  const [first, setFirst] = useState(PART);
  const { deliveries, error, fetching, retry, soon } = useDeliveries(endpointId, status, first, onNews);
  const filter = (
    <Select hideLabel label={t('webhooks.log.filter')} value={status ?? ''} onChange={(event) => setStatus((event.target.value || null) as DeliveryStatus | null)}>
      <option value="">{t('webhooks.log.all')}</option>
      {STATUSES.map((one) => (
        <option key={one} value={one}>
          {t(`webhooks.delivery.${one}`)}
        </option>
      ))}
    </Select>
  );
  return (
    <Section title={t('webhooks.log')} actions={filter}>
      {error && <Fault error={error} onRetry={retry} />}
      {fetching && !deliveries && <Skeletons className="mb-2 h-12" />}
      {deliveries?.edges.length === 0 && <EmptyState icon={Inbox} title={t('webhooks.log.none')} />}
      {deliveries && deliveries.edges.length > 0 && (
        <Card className="overflow-hidden">
          <ul className="divide-y divide-line">
            {deliveries.edges.map(({ node }) => (
              <DeliveryRow key={node.id} of={node} endpointId={endpointId} onChanged={soon} />
            ))}
          </ul>
        </Card>
      )}
      {deliveries?.pageInfo.hasNextPage && first < MOST && (
        <Button className="mx-auto mt-4 flex" busy={fetching} onClick={() => setFirst(first + PART)}>
          {t('app.more')}
        </Button>
      )}
    </Section>
  );
}
