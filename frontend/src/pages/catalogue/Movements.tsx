// The ledger of an article: what changed its stock, and why. Read again when the stock has changed.
import { useEffect, useEffectEvent, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { graphql } from '../../lib/graphql';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { DateTime } from '../../ui/DateTime';
import { Fault } from '../../ui/Fault';

const StockMovements = graphql(`
  query StockMovements($productId: ID!, $first: Int!) {
    stockMovements(productId: $productId, first: $first) {
      edges {
        cursor
        node {
          kind
          region
          delta
          reason
          orderId
          at
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);
const PART = 10;
const MOST = 100;

export function Movements({ productId, news }: { productId: string; news: number }) {
  const t = useT();
  const [first, setFirst] = useState(PART);
  const [{ data, error, fetching }, read] = useQuery({ query: StockMovements, variables: { productId, first }, requestPolicy: 'cache-and-network' });
  const again = useEffectEvent(() => read({ requestPolicy: 'network-only' }));
  useEffect(() => {
    if (news > 0) again();
  }, [news]);
  return (
    <Section title={t('catalogue.movements')}>
      {error && <Fault error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />}
      <Card>
        <ul className="divide-y divide-line text-sm">
          {data?.stockMovements.edges.map(({ cursor, node }) => (
            <li key={cursor} className="flex items-baseline gap-3 px-4 py-2.5">
              <span className={cx('w-10 shrink-0 text-right font-medium tabular-nums', /^RE(SERV|LEAS)ED$/.test(node.kind) ? 'text-muted' : node.delta < 0 ? 'text-bad' : 'text-good')}>{node.delta > 0 ? `+${node.delta}` : node.delta}</span>
              <span className="min-w-0 flex-1">
                {t(`catalogue.kind.${node.kind}`)} <span className="text-muted">· {node.region}</span>
                {node.reason && <span className="block truncate text-xs text-muted">{node.reason}</span>}
                {node.orderId && (
                  <Link href={`/orders/${node.orderId}`} className="block text-xs text-accent underline">
                    {t('catalogue.order')}
                  </Link>
                )}
              </span>
              <DateTime at={node.at} className="text-xs whitespace-nowrap text-muted" />
            </li>
          ))}
          {data?.stockMovements.edges.length === 0 && <li className="px-4 py-6 text-center text-muted">{t('catalogue.movements.none')}</li>}
        </ul>
      </Card>
      {data?.stockMovements.pageInfo.hasNextPage && first < MOST && (
        <Button small className="mx-auto mt-3 flex" busy={fetching} onClick={() => setFirst(first + PART)}>
          {t('app.more')}
        </Button>
      )}
    </Section>
  );
}
