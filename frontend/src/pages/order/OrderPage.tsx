import { SearchX } from 'lucide-react';
import { useParams } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { isStaff, useViewer } from '../../lib/session/viewer';
import { LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { OrderStatus, PaymentStateBadge } from '../../ui/OrderStatus';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { Deliveries } from './Deliveries';
import { OrderActions } from './OrderActions';
import { OrderFacts } from './OrderFacts';
import { Payments } from './Payments';
import { Timeline } from './Timeline';

const OneOrder = graphql(`
  query OneOrder($id: ID!, $staff: Boolean!) {
    order(id: $id) {
      id
      number
      status
      paymentState
      version
      ...OrderFacts
      ...OrderActions
      ...OrderPayments
      history(first: 100) {
        ...Timeline
      }
      deliveries(first: 50) @include(if: $staff) {
        ...OrderDeliveries
      }
    }
  }
`);

const OrderMoved = graphql(`
  subscription OrderMoved($id: ID!, $after: Cursor) {
    orderUpdated(id: $id, after: $after) {
      cursor
      order {
        id
        status
        paymentState
        version
        ...OrderFacts
      }
      event {
        id
      }
    }
  }
`);

export default function OrderPage() {
  const t = useT();
  const viewer = useViewer();
  const { id } = useParams<{ id: string }>();
  const [{ data, error, fetching }, again] = useLive({
    query: OneOrder,
    variables: { id, staff: isStaff(viewer) },
    follow: {
      document: OrderMoved,
      variables: { id },
      // The order itself has moved by then; this brings its history and its payments.
      onMessage: ({ orderUpdated }) => {
        if (orderUpdated.event) again({ requestPolicy: 'network-only' });
      },
    },
  });
  const order = data?.order;
  const fault = error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />;
  if (!order) {
    return (
      <Page title={t('order.one')}>
        {fault}
        {fetching && <Skeletons count={3} className="h-32" />}
        {data && !fetching && (
          <EmptyState icon={SearchX} title={t('order.none')}>
            <LinkButton href="/orders">{t('orders.title')}</LinkButton>
          </EmptyState>
        )}
      </Page>
    );
  }
  return (
    <Page title={t('order.title', { number: order.number })} actions={<OrderActions of={order} />}>
      <div className="-mt-3 flex flex-wrap items-center gap-2" role="status">
        <OrderStatus status={order.status} />
        {order.paymentState !== 'NOT_REQUIRED' && <PaymentStateBadge state={order.paymentState} />}
      </div>
      {fault}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <OrderFacts of={order} />
          <Payments of={order} />
          {order.deliveries && <Deliveries of={order.deliveries} />}
        </div>
        <Timeline of={order.history} />
      </div>
    </Page>
  );
}
