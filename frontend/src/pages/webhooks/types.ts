// The types of events, in the groups in which they are chosen, and as the bodies name them.
import type { EventType } from '../../gql/graphql';

export const GROUPS = {
  orders: ['ORDER_CREATED', 'ORDER_UPDATED', 'ORDER_READY', 'ORDER_COMPLETED', 'ORDER_CANCELLED'],
  payments: ['PAYMENT_REQUESTED', 'PAYMENT_APPROVED', 'PAYMENT_DECLINED', 'PAYMENT_FAILED', 'PAYMENT_REFUND_REQUESTED', 'PAYMENT_REFUNDED'],
  catalogue: ['PRODUCT_CREATED', 'PRODUCT_UPDATED', 'STOCK_CHANGED'],
  others: ['USER_REGISTERED', 'WEBHOOK_DISABLED', 'WEBHOOK_EXHAUSTED'],
} as const satisfies Record<string, EventType[]>;

export type Group = keyof typeof GROUPS;
export const TYPES: EventType[] = Object.values(GROUPS).flat();

/** `ORDER_READY` is `order.ready` in a body, `PAYMENT_REFUND_REQUESTED` is `payment.refund_requested`. */
export function wireName(type: EventType): string {
  return type.toLowerCase().replace('_', '.');
}
