import { expect, test } from 'vitest';
import { addressOf, filtersOf, fits, orderFilter } from './filter';

test('filters come back from the address as they went in', () => {
  const filters = { search: 'bici & más', customer: 'c-1', from: '2026-11-01', to: '2026-11-30', payment: 'PAID' };
  expect(filtersOf(`?${addressOf(filters)}`)).toEqual(filters);
  expect(addressOf({})).toBe('');
});

test('what cannot be meant is left out', () => {
  expect(filtersOf('from=yesterday&to=2026-99-99x&payment=MAYBE&search=%20&other=1')).toEqual({});
});

test('the last day is a whole day', () => {
  const { createdFrom, createdTo } = orderFilter({ from: '2026-11-30', to: '2026-11-30' });
  expect(new Date(String(createdTo)).getTime() - new Date(String(createdFrom)).getTime()).toBe(86_400_000);
});

test('an order leaves the board when it is not in the wanted payment state any more', () => {
  const paid = orderFilter({ payment: 'PAID' });
  expect(fits(paid, { paymentState: 'PAID' })).toBe(true);
  expect(fits(paid, { paymentState: 'REFUNDED' })).toBe(false);
  expect(fits(orderFilter({}), { paymentState: 'REFUNDED' })).toBe(true);
});
