// A payment as it is typed, and as the shop wants it.
import type { PaymentMethodInput } from '../../gql/graphql';
import { isKey, type Translate } from '../../i18n/translate';
import type { FieldErrors } from '../../lib/refusals/issues';
import type { Refusal } from '../../lib/refusals/texts';

export type PaymentKind = 'card' | 'cash' | 'transfer' | 'none';
export type PaymentForm = { kind: PaymentKind; number: string; expiry: string; cvc: string; holder: string; reference: string };

export const noPayment: PaymentForm = { kind: 'none', number: '', expiry: '', cvc: '', holder: '', reference: '' };

export function methodOf({ kind, number, expiry, cvc, holder, reference }: PaymentForm): PaymentMethodInput | undefined {
  switch (kind) {
    case 'card':
      return { card: { number, ...expiryOf(expiry), cvc: cvc.trim(), holder } };
    case 'cash':
      return { cash: true };
    case 'transfer':
      return { bankTransfer: reference };
    case 'none':
      return undefined;
  }
}

/** `1/31`, `01 31` or `01/2031`. What is no date is sent as one that the shop refuses. */
export function expiryOf(written: string): { expMonth: number; expYear: number } {
  const [, month, year] = /^\s*(\d{1,2})\s*[/\- ]?\s*(\d{4}|\d{2})\s*$/.exec(written) ?? [];
  if (!month || !year) return { expMonth: 0, expYear: 0 };
  return { expMonth: Number(month), expYear: Number(year.length === 2 ? `20${year}` : year) };
}

const FIELDS: Record<string, string> = { NUMBER: 'card.number', BRAND: 'card.number', EXPIRY: 'card.expiry', CVC: 'card.cvc', HOLDER: 'card.holder' };

/** Which field of the card the shop does not take, and why. */
export function cardErrors(t: Translate, refusal: Refusal | null | undefined): FieldErrors {
  const reason = refusal?.__typename === 'CardRejected' ? (refusal.reason ?? '') : '';
  const field = FIELDS[reason];
  const key = `card.${reason}`;
  return field && isKey(key) ? { [field]: t(key as 'card.NUMBER') } : {};
}
