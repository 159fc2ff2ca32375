// An order on the board: what it is, whose, and what staff can do with it now.
import { memo, useState } from 'react';
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Ago } from '../../ui/Ago';
import { Money } from '../../ui/Money';
import { CancelDialog } from './CancelDialog';
import { CardActions } from './CardActions';
import { PaymentBadge } from './PaymentBadge';
import { useMoves } from './useMoves';

export const BoardCardFragment = graphql(`
  fragment BoardCard on Order {
    id
    number
    status
    paymentState
    version
    createdAt
    cancelReason
    total {
      amount
      currency
    }
    customer {
      id
      name
    }
    items {
      product
      quantity
    }
  }
`);

type Props = { of: FragmentType<typeof BoardCardFragment>; fresh: boolean };

export const OrderCard = memo(function OrderCard({ of, fresh }: Props) {
  const t = useT();
  const order = readFragment(BoardCardFragment, of);
  const { move, busy, said } = useMoves(order);
  const [cancelling, setCancelling] = useState(false);
  const [first] = order.items;
  const more = order.items.length - 1;
  return (
    <article
      id={`card-${order.id}`}
      aria-label={order.number}
      className={cx(
        'grid grid-cols-[minmax(0,1fr)] gap-1 rounded-lg border border-line bg-surface p-3 shadow-xs transition-shadow duration-500',
        fresh && 'ring-2 ring-sky-500',
      )}
    >
      <h3 className="truncate text-sm font-medium">
        <Link href={`/orders/${order.id}`} className="rounded-sm hover:underline">
          {first?.product ?? order.number}
          {more > 0 && <span className="text-muted"> {t('board.more', { count: more })}</span>}
        </Link>
      </h3>
      <p className="flex justify-between gap-2 text-xs">
        <span className="truncate text-muted">{order.customer.name}</span>
        <Money of={order.total} className="shrink-0 font-medium" />
      </p>
      <p className="flex justify-between gap-2 text-xs text-muted tabular-nums">
        {order.number}
        <Ago at={order.createdAt} className="truncate" />
      </p>
      {order.cancelReason && <p className="truncate text-xs text-muted italic">{order.cancelReason}</p>}
      <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1 not-empty:mt-1">
        {order.paymentState !== 'NOT_REQUIRED' && <PaymentBadge state={order.paymentState} />}
        <CardActions order={order} busy={busy} onMove={move} onCancel={() => setCancelling(true)} />
      </div>
      {said && (
        <p role="alert" className="rounded-md bg-bad-soft px-2 py-1.5 text-xs text-bad">
          {said}
        </p>
      )}
      {cancelling && <CancelDialog number={order.number} onClose={() => setCancelling(false)} onCancel={(reason) => void move('cancel', reason)} />}
    </article>
  );
});
