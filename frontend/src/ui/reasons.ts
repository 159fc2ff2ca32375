// Why an order was cancelled: what the shop itself says is said in the reader's language, people in their own words.
import type { Translate } from '../i18n/translate';

const NOT_PAID = 'It was not paid in time.';

export function reasonText(t: Translate, reason: string): string {
  return reason === NOT_PAID ? t('reason.notPaid') : reason;
}
