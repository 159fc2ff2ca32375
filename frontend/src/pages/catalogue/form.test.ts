import { expect, test } from 'vitest';
import { rebased } from '../../lib/rebase';
import { EMPTY, countOf, createInput, formOf, priceOf, unreadable, updateInput, type Known } from './form';

const lamp: Known = { id: 'p', version: 2, sku: 'LAMP-1', name: 'Lamp', description: 'Green.', category: 'Lamps', condition: 'GOOD', price: { amount: '10.50' } };

test('a price is read as people write it', () => {
  expect(['12', '12,5', ' 12.50 '].map(priceOf)).toEqual(['12', '12.5', '12.50']);
  expect(['', 'dear', '1e3', '-1', '1.2.3', '١'].map(priceOf)).toEqual([null, null, null, null, null, null]);
});

test('a count is a whole number, also below 0', () => {
  expect(['3', '-2', '0'].map(countOf)).toEqual([3, -2, 0]);
  expect(['', '1.5', 'many', '99999999999'].map(countOf)).toEqual([null, null, null, null]);
});

test('what the shop could not even read is marked', () => {
  expect(unreadable({ ...EMPTY, price: 'dear' }, [{ region: 'north', quantity: '1' }, { region: 'south', quantity: 'x' }])).toEqual(['price', 'stock.1.quantity']);
  expect(unreadable({ ...EMPTY, price: '1' })).toEqual([]);
});

test('a new article has its stock, and null where nothing was written', () => {
  const input = createInput({ ...EMPTY, sku: ' S-1 ', name: 'Lamp', category: 'Lamps', price: '9,90' }, [{ region: ' north ', quantity: '2' }]);
  expect(input).toMatchObject({ sku: 'S-1', price: '9.90', description: null, size: null, stock: [{ region: 'north', quantity: 2 }] });
});

test('only what was changed is sent, and what was emptied is removed', () => {
  expect(updateInput(formOf(lamp), lamp)).toEqual({ id: 'p', expectedVersion: 2 });
  expect(updateInput({ ...formOf(lamp), description: ' ', price: '11' }, lamp)).toEqual({ id: 'p', expectedVersion: 2, description: null, price: '11' });
});

test('after a conflict what was edited stays, and the rest is as it is now', () => {
  const before = formOf(lamp);
  const now = formOf({ ...lamp, name: 'Green lamp', price: { amount: '12.00' } });
  expect(rebased({ ...before, price: '9' }, before, now)).toEqual({ ...now, price: '9' });
});
