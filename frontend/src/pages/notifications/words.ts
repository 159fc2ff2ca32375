// What a notification says, made here from its event, in the reader's language.
import type { NotificationEventFragment } from '../../gql/graphql';
import { isKey, type Translate } from '../../i18n/translate';
import { reasonText } from '../../ui/reasons';
import type { Amount } from '../../ui/Money';

type Words = { title: string; body: string };
type Means = { t: Translate; money: (amount: Amount) => string };

export function wordsOf({ t, money }: Means, event: NotificationEventFragment): Words {
  switch (event.__typename) {
    case 'OrderEvent': {
      const { number, total, cancelReason } = event.order;
      const key = `told.${event.type}`;
      const title = isKey(key) ? t(key as 'told.ORDER_READY', { number }) : `${number}: ${t(`event.${event.type}`)}`;
      const cancelled = event.type === 'ORDER_CANCELLED' && cancelReason;
      return { title, body: (cancelled && reasonText(t, cancelled)) || t('told.order.body', { total: money(total) }) };
    }
    case 'PaymentEvent': {
      const { method, amount } = event.payment;
      return { title: t(`event.${event.type}`), body: `${t(`method.${method}`)} · ${money(amount)}` };
    }
    case 'WebhookEvent':
      return { title: t('told.WEBHOOK_DISABLED', { name: event.endpoint.name }), body: event.endpoint.disabledReason ?? '' };
    default:
      return { title: t(`event.${event.type}`), body: '' };
  }
}

/** Where the reader sees more of it. */
export function pathOf(event: NotificationEventFragment): string | null {
  if (event.__typename === 'OrderEvent') return `/orders/${event.subjectId}`;
  return event.__typename === 'PaymentEvent' ? `/orders/${event.payment.order.id}` : null;
}
