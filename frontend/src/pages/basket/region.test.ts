import { expect, test } from 'vitest';
import { regionFor } from './region';

const line = (productId: string, quantity = 1) => ({ productId, quantity, price: { amount: '1.00', currency: 'EUR' } });
const stocks = {
  lamp: [{ region: 'north', available: 1 }, { region: 'south', available: 3 }],
  chair: [{ region: 'south', available: 1 }],
}; // prettier-ignore

test('an order comes from the first region that has all of it', () => {
  expect(regionFor([line('lamp')], stocks)).toBe('north');
  expect(regionFor([line('lamp', 2)], stocks)).toBe('south');
  expect(regionFor([line('lamp'), line('chair')], stocks)).toBe('south');
});

test('where none has all of it, the shop says what is missing', () => {
  expect(regionFor([line('lamp', 4)], stocks)).toBeUndefined();
  expect(regionFor([line('lamp'), line('unknown')], stocks)).toBeUndefined();
});
