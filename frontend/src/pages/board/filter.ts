// The filters of the board, as they stand in the address, and as the shop takes them.
import type { OrderFilter, PaymentState } from '../../gql/graphql';

export const PAYMENT_STATES = ['NOT_REQUIRED', 'AWAITING', 'PAID', 'REFUNDED'] as const satisfies PaymentState[];
export const NAMES = ['search', 'customer', 'from', 'to', 'payment'] as const;
/** The last that the shop can write: a day after its end is none. */
const LAST_YEAR = 9999;
export type Filters = Partial<Record<(typeof NAMES)[number], string>>;

/** What stands in the address may be anything: what cannot be meant is left out. */
export function filtersOf(address: string | URLSearchParams): Filters {
  const given = new URLSearchParams(address);
  const filters: Filters = {};
  for (const name of NAMES) {
    const value = given.get(name)?.trim().slice(0, 100);
    if (value && makesSense(name, value)) filters[name] = value;
  }
  return filters;
}

function makesSense(name: keyof Filters, value: string): boolean {
  if (name === 'from' || name === 'to') return /^\d{4}-\d\d-\d\d$/.test(value) && startOf(value, 1).getUTCFullYear() <= LAST_YEAR;
  if (name === 'payment') return PAYMENT_STATES.some((state) => state === value);
  return true;
}

export function addressOf(filters: Filters): string {
  const given = NAMES.flatMap((name) => (filters[name] ? [[name, filters[name]]] : []));
  return new URLSearchParams(given).toString();
}

/** Days are those of the reader's time zone; `to` is a whole day. */
export function orderFilter({ search, customer, from, to, payment }: Filters): OrderFilter {
  return {
    ...(search && { search }),
    ...(customer && { customerId: customer }),
    ...(from && { createdFrom: startOf(from).toISOString() }),
    ...(to && { createdTo: startOf(to, 1).toISOString() }),
    ...(payment && { paymentState: [payment as PaymentState] }),
  };
}

function startOf(day: string, later = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later);
}

/** The shop tells of an order once more when it leaves the filters: of those, this is what can change so. */
export function fits({ paymentState }: OrderFilter, order: { paymentState: PaymentState }): boolean {
  return !paymentState || [paymentState].flat().includes(order.paymentState);
}
