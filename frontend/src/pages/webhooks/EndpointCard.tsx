// An endpoint among others.
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Card } from '../../ui/Card';
import { EndpointBadge } from './badges';

export const EndpointCardFragment = graphql(`
  fragment EndpointCard on WebhookEndpoint {
    id
    name
    url
    status
    disabledReason
    lag
    stats {
      succeeded
      failed
      pending
    }
  }
`);

export function EndpointCard({ of }: { of: FragmentType<typeof EndpointCardFragment> }) {
  const t = useT();
  const { id, name, url, status, disabledReason, lag, stats } = readFragment(EndpointCardFragment, of);
  const facts = [
    t('webhooks.succeeded.count', { count: stats.succeeded }),
    t('webhooks.failed.count', { count: stats.failed }),
    t('webhooks.pending.count', { count: stats.pending }),
    ...(lag > 0 ? [t('webhooks.lag.count', { count: lag })] : []),
  ];
  return (
    <Card className="relative grid grid-cols-[minmax(0,1fr)] gap-1.5 p-4 transition-shadow hover:shadow-md">
      <div className="flex items-center justify-between gap-3">
        <h2 className="truncate font-medium">
          <Link href={`/webhooks/${id}`} className="after:absolute after:inset-0 after:rounded-xl">
            {name}
          </Link>
        </h2>
        <EndpointBadge status={status} />
      </div>
      <p className="truncate font-mono text-xs text-muted">{url}</p>
      <p className="text-xs text-muted tabular-nums">{facts.join(' · ')}</p>
      {disabledReason && <p className="text-xs text-bad">{disabledReason}</p>}
    </Card>
  );
}
