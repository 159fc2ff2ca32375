// The state of an order or of a payment, in a word and a colour; the same everywhere.
import type { OrderStatus as Status, PaymentState, PaymentStatus } from '../gql/graphql';
import { useT } from '../i18n/translate';
import { Badge, Dot, type Tone } from './Badge';

export const STATUS_TONES: Record<Status, Tone> = {
  AWAITING_PAYMENT: 'violet',
  PENDING: 'warn',
  PROCESSED: 'info',
  COMPLETED: 'good',
  CANCELLED: 'plain',
};
const STATE_TONES: Record<PaymentState, Tone> = { NOT_REQUIRED: 'plain', AWAITING: 'warn', PAID: 'good', REFUNDED: 'plain' };
const PAYMENT_TONES: Record<PaymentStatus, Tone> = {
  REQUESTED: 'warn',
  APPROVED: 'good',
  DECLINED: 'bad',
  FAILED: 'bad',
  REFUND_REQUESTED: 'warn',
  REFUNDED: 'plain',
};

export function OrderStatus({ status }: { status: Status }) {
  const t = useT();
  return (
    <Badge tone={STATUS_TONES[status]}>
      <Dot tone={STATUS_TONES[status]} />
      {t(`status.${status}`)}
    </Badge>
  );
}

export function PaymentStateBadge({ state }: { state: PaymentState }) {
  const t = useT();
  return <Badge tone={STATE_TONES[state]}>{t(`payment.${state}`)}</Badge>;
}

export function PaymentStatusBadge({ status }: { status: PaymentStatus }) {
  const t = useT();
  return <Badge tone={PAYMENT_TONES[status]}>{t(`paymentStatus.${status}`)}</Badge>;
}
