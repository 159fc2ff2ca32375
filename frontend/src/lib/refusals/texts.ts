// How the shop says no, in the reader's language. What is not known here is shown in the shop's own words.
import type { Translate } from '../../i18n/translate';
import { isKey } from '../../i18n/translate';
import type { Amount } from '../../ui/Money';

export type Issue = { path: string[]; code: string; message: string };
/** A member of a result's union; each brings what its document asked for. */
export type Refusal = {
  __typename: string;
  message?: string;
  issues?: Issue[];
  reason?: string;
  errors?: string[];
  retryAfterSeconds?: number;
  requested?: number;
  available?: number;
  expected?: unknown;
  actual?: unknown;
  from?: string;
  to?: string;
};
export type Shown = { t: Translate; money: (amount: Amount) => string };

const PLAIN = new Set([
  'InvalidInput', 'NotFound', 'NotAllowed', 'EmailTaken', 'InvalidCredentials', 'RefreshTokenReused', 'VersionConflict',
  'IdempotencyConflict',
]); // prettier-ignore

export function refusalText({ t, money }: Shown, refusal: Refusal): string {
  const { __typename: type, message = '' } = refusal;
  if (PLAIN.has(type)) return t(`refusal.${type}` as 'refusal.NotFound');
  switch (type) {
    case 'TooManyAttempts':
      return t('refusal.TooManyAttempts', { seconds: refusal.retryAfterSeconds ?? 1 });
    case 'OutOfStock':
      return t('refusal.OutOfStock', { requested: refusal.requested ?? '?', available: refusal.available ?? '?' });
    case 'PriceChanged':
      return t('refusal.PriceChanged', { expected: money(refusal.expected as Amount), actual: money(refusal.actual as Amount) });
    case 'InvalidTransition':
      return t('refusal.InvalidTransition', { from: statusText(t, refusal.from), to: statusText(t, refusal.to) });
    case 'CardRejected':
      return t('refusal.CardRejected', { reason: refusal.reason ?? message });
    case 'UrlRejected':
      return t('refusal.UrlRejected', { reason: refusal.reason ?? message });
    case 'DocumentInvalid':
      return t('refusal.DocumentInvalid', { reason: refusal.errors?.join('; ') ?? message });
    default:
      return t('refusal.other', { message });
  }
}

function statusText(t: Translate, status = ''): string {
  const key = `status.${status}`;
  return isKey(key) ? t(key as 'status.PENDING') : status;
}
