import { expect, test } from 'vitest';
import { en } from '../../i18n/en';
import { translate } from '../../i18n/translate';
import { cardErrors, expiryOf, methodOf, noPayment } from './payment';

test.each(['1/31', '01/31', '01 31', '0131', ' 01-2031 '])('%s is January 2031', (written) => {
  expect(expiryOf(written)).toEqual({ expMonth: 1, expYear: 2031 });
});

test.each(['', 'soon', '1', '2031/01/01'])('%s is no month that the shop takes', (written) => {
  expect(expiryOf(written).expMonth).toBe(0);
});

test('exactly one way to pay is named', () => {
  expect(methodOf(noPayment)).toBeUndefined();
  expect(methodOf({ ...noPayment, kind: 'cash', reference: 'left over' })).toEqual({ cash: true });
  expect(methodOf({ ...noPayment, kind: 'transfer', reference: 'SW' })).toEqual({ bankTransfer: 'SW' });
});

test.each(['NUMBER', 'BRAND', 'EXPIRY', 'CVC', 'HOLDER'])('%s is said at a field of the card', (reason) => {
  const t = (key: keyof typeof en) => translate('en', key);
  const errors = cardErrors(t as never, { __typename: 'CardRejected', reason });
  expect(Object.values(errors)).toEqual([en[`card.${reason}` as 'card.NUMBER']]);
});
