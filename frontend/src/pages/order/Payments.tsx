// The payments of an order, and paying once more where that is needed.
import { useT, isKey, type Translate } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Card, Section } from '../../ui/Card';
import { DateTime } from '../../ui/DateTime';
import { Money } from '../../ui/Money';
import { PaymentStatusBadge } from '../../ui/OrderStatus';
import { PayAgain } from './PayAgain';

const OrderPayments = graphql(`
  fragment OrderPayments on Order {
    id
    status
    payments {
      id
      ...PaymentLine
      status
    }
    ...PayAgain
  }
`);

const PaymentLine = graphql(`
  fragment PaymentLine on Payment {
    id
    method
    status
    createdAt
    transactionId
    declineReason
    amount {
      amount
      currency
    }
    card {
      brand
      last4
    }
  }
`);

export function Payments({ of }: { of: FragmentType<typeof OrderPayments> }) {
  const t = useT();
  const order = readFragment(OrderPayments, of);
  const open = order.payments.some(({ status }) => status === 'REQUESTED');
  const actions = order.status === 'AWAITING_PAYMENT' && !open && <PayAgain of={order} />;
  return (
    <Section title={t('order.payments')} actions={actions}>
      <Card>
        {order.payments.length === 0 && <p className="px-5 py-4 text-sm text-muted">{t('order.noPayments')}</p>}
        <ul className="divide-y divide-line">
          {order.payments.map((payment) => (
            <Line key={payment.id} of={payment} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function Line({ of }: { of: FragmentType<typeof PaymentLine> }) {
  const t = useT();
  const payment = readFragment(PaymentLine, of);
  const { card } = payment;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 px-5 py-3.5 text-sm">
      <div className="min-w-0">
        <p className="font-medium">
          {t(`method.${payment.method}`)}
          {card && <span className="font-normal text-muted">{` ${card.brand} ···· ${card.last4}`}</span>}
        </p>
        <p className="text-xs wrap-anywhere text-muted">
          <DateTime at={payment.createdAt} />
          {payment.transactionId && ` · ${t('order.transaction', { id: payment.transactionId })}`}
        </p>
        {payment.declineReason && <p className="text-bad">{declineText(t, payment.declineReason)}</p>}
      </div>
      <div className="flex items-center gap-3">
        <PaymentStatusBadge status={payment.status} />
        <Money of={payment.amount} className="font-semibold" />
      </div>
    </li>
  );
}

function declineText(t: Translate, reason: string): string {
  const key = `decline.${reason}`;
  return isKey(key) ? t(key as 'decline.lost_card') : reason;
}
