import { expect, test } from 'vitest';
import { inputOf, itemsOf, newItem, totalOf } from './items';

const shirt = { ...newItem(), product: 'camisa', size: 'M', color: ' ', quantity: '2', price: '10,5' };

test('what is typed is what the shop is asked for', () => {
  expect(inputOf(shirt)).toEqual({ custom: { product: 'camisa', size: 'M', color: null, quantity: 2, unitPrice: '10.50' } });
});

test('nonsense is sent as something that the shop refuses, at its field', () => {
  expect(inputOf({ ...shirt, quantity: '1e999', price: 'ten' }).custom).toMatchObject({ quantity: 0, unitPrice: '0' });
  expect(inputOf({ ...shirt, quantity: '1.5', price: '1.005' }).custom).toMatchObject({ quantity: 0, unitPrice: '1.005' });
});

test('the total runs with what is typed', () => {
  expect(totalOf([shirt, { ...shirt, quantity: '1', price: '' }])).toBe('21.00');
  expect(totalOf([{ ...shirt, price: 'ten' }])).toBeNull();
});

test('a stored list is taken back whole, or not at all', () => {
  expect(itemsOf(JSON.parse(JSON.stringify([shirt])))).toEqual([shirt]);
  expect([itemsOf([]), itemsOf([{ ...shirt, price: 7 }]), itemsOf('x')]).toEqual([null, null, null]);
});
