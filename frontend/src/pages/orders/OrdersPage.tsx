import { Package } from 'lucide-react';
import { useQuery } from 'urql';
import type { OrderFilter, OrderStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { useParameters } from '../../lib/address';
import { graphql } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { useViewer } from '../../lib/session/viewer';
import { LinkButton } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { MorePages } from '../../ui/MorePages';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { OrderRow } from './OrderRow';
import { StatusFilter, statusOf } from './StatusFilter';

const Orders = graphql(`
  query Orders($filter: OrderFilter, $after: String) {
    orders(filter: $filter, first: 20, after: $after) {
      edges {
        node {
          id
          ...OrderRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
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

export default function OrdersPage() {
  const t = useT();
  const viewer = useViewer();
  const [params] = useParameters();
  const status = statusOf(params);
  const filter: OrderFilter = { customerId: viewer?.id, ...of(status) };
  const [{ data, error, fetching }, again] = useLive({
    query: Orders,
    variables: { filter },
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
            {data && <MorePages key={status} after={data.orders.pageInfo} load={(after) => <NextOrders key={after} filter={filter} after={after} />} />}
          </ul>
        </Card>
      )}
    </Page>
  );
}

function NextOrders({ filter, after }: { filter: OrderFilter; after: string }) {
  const [{ data, error }, again] = useQuery({ query: Orders, variables: { filter, after } });
  if (error) return <li className="p-4"><Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} /></li>; // prettier-ignore
  if (!data) return null;
  return (
    <>
      {data.orders.edges.map(({ node }) => (
        <OrderRow key={node.id} of={node} />
      ))}
      <MorePages after={data.orders.pageInfo} load={(next) => <NextOrders key={next} filter={filter} after={next} />} />
    </>
  );
}

function of(status: OrderStatus | null): OrderFilter {
  return status ? { status: [status] } : {};
}
