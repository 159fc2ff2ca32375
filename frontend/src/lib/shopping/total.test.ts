import { expect, test } from 'vitest';
import { hundredths, priceText, total } from './total';

test('cents are never lost', () => {
  expect(total([{ price: '0.10', quantity: 3 }, { price: '0.20', quantity: 1 }])).toBe('0.50'); // prettier-ignore
  expect(total([{ price: '19.99', quantity: 10000 }])).toBe('199900.00');
});

test('a price may be written with a comma, and with as many places as it needs', () => {
  expect(['10', '10,5', '10.50', ' 7 '].map(priceText)).toEqual(['10.00', '10.50', '10.50', '7.00']);
});

test('what is no price is left for the shop to refuse', () => {
  expect(['', 'ten', '1e3', '-1', '1.234', 'NaN'].map(hundredths)).toEqual([null, null, null, null, null, null]);
  expect(priceText('1.234')).toBe('1.234');
  expect(total([{ price: 'x', quantity: 1 }])).toBeNull();
});
