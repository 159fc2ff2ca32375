// Whether an order has been paid.
import type { PaymentState } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Badge, type Tone } from '../../ui/Badge';

const TONES: Record<PaymentState, Tone> = { NOT_REQUIRED: 'plain', AWAITING: 'warn', PAID: 'good', REFUNDED: 'violet' };

export function PaymentBadge({ state }: { state: PaymentState }) {
  const t = useT();
  return (
    <Badge tone={TONES[state]} className="px-2">
      {t(`payment.${state}`)}
    </Badge>
  );
}
