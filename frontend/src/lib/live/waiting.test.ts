import { expect, test } from 'vitest';
import { delay } from './waiting';

test('each try waits longer, up to ten seconds, and not all at the same moment', () => {
  expect([0, 1, 2, 3].map((tries) => delay(tries, 1))).toEqual([250, 500, 1000, 2000]);
  expect(delay(1000, 1)).toBe(10_000);
  expect(delay(3, 0)).toBe(1000);
});
