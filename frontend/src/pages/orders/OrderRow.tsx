// An order among others.
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { DateTime } from '../../ui/DateTime';
import { Money } from '../../ui/Money';
import { OrderStatus, PaymentStateBadge } from '../../ui/OrderStatus';

export const OrderRowFragment = graphql(`
  fragment OrderRow on Order {
    id
    number
    status
    paymentState
    createdAt
    version
    total {
      amount
      currency
    }
    items {
      product
    }
  }
`);

export function OrderRow({ of }: { of: FragmentType<typeof OrderRowFragment> }) {
  const t = useT();
  const order = readFragment(OrderRowFragment, of);
  const [first, ...others] = order.items;
  const name = first?.product ?? '';
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-4 hover:bg-raised/60">
      <div className="min-w-0 flex-1 basis-52">
        <Link href={`/orders/${order.id}`} className="font-medium after:absolute after:inset-0">
          {order.number}
        </Link>
        <p className="truncate text-sm text-muted">{others.length ? t('orders.more', { name, count: others.length }) : name}</p>
      </div>
      <DateTime at={order.createdAt} className="text-sm text-muted" />
      <div className="flex w-full flex-wrap items-center gap-2 sm:w-auto sm:min-w-56 sm:justify-end">
        {order.paymentState !== 'NOT_REQUIRED' && <PaymentStateBadge state={order.paymentState} />}
        <OrderStatus status={order.status} />
        <Money of={order.total} className="ml-auto min-w-20 text-right font-semibold sm:ml-2" />
      </div>
    </li>
  );
}
