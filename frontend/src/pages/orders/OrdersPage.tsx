import { Package } from 'lucide-react';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { OrderFilter, OrderStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { useViewer } from '../../lib/session/viewer';
import { Button, LinkButton } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { OrderRow } from './OrderRow';
import { StatusFilter, statusOf } from './StatusFilter';

const Orders = graphql(`
  query Orders($filter: OrderFilter, $first: Int) {
    orders(filter: $filter, first: $first) {
      edges {
        node {
          id
          ...OrderRow
        }
      }
      pageInfo {
        hasNextPage
      }
      totalCount
    }
  }
`);

const OrdersMoved = graphql(`
  subscription OrdersMoved($filter: OrderFilter, $after: Cursor) {
    ordersUpdated(filter: $filter, after: $after) {
      cursor
      order {
        id
        ...OrderRow
      }
      event {
        id
        type
      }
    }
  }
`);

const PAGE = 20;
const MOST = 100;

export default function OrdersPage() {
  const t = useT();
  const viewer = useViewer();
  const [params] = useSearchParams();
  const status = statusOf(params);
  const [first, setFirst] = useState(PAGE);
  const filter: OrderFilter = { customerId: viewer?.id, ...of(status) };
  const [{ data, error, fetching }, again] = useLive({
    query: Orders,
    variables: { filter, first },
    follow: {
      document: OrdersMoved,
      variables: { filter },
      // An order that is here already has moved by itself; one that comes or goes makes another list.
      onMessage: ({ ordersUpdated }) => {
        const known = data?.orders.edges.some(({ node }) => node.id === ordersUpdated.order?.id);
        if (!known || status) again({ requestPolicy: 'network-only' });
      },
    },
  });
  const edges = data?.orders.edges ?? [];
  const actions = (
    <LinkButton href="/orders/new" look="primary">
      {t('nav.newOrder')}
    </LinkButton>
  );
  return (
    <Page title={t('orders.title')} intro={data && t('orders.count', { count: data.orders.totalCount })} actions={actions}>
      <StatusFilter />
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {fetching && !data && <Skeletons count={4} className="h-16" />}
      {data && edges.length === 0 && <EmptyState icon={Package} title={t(status ? 'orders.emptyFiltered' : 'orders.empty')} />}
      {edges.length > 0 && (
        <Card className="overflow-hidden">
          <ul className="divide-y divide-line">
            {edges.map(({ node }) => (
              <OrderRow key={node.id} of={node} />
            ))}
          </ul>
        </Card>
      )}
      {data?.orders.pageInfo.hasNextPage && first < MOST && (
        <Button className="justify-self-center" onClick={() => setFirst(Math.min(MOST, first + PAGE))}>
          {t('app.more')}
        </Button>
      )}
    </Page>
  );
}

function of(status: OrderStatus | null): OrderFilter {
  return status ? { status: [status] } : {};
}
