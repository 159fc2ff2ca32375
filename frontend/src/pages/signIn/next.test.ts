import { expect, test } from 'vitest';
import { nextPath } from './next';

test('after signing in one goes on in this shop, and nowhere else', () => {
  expect(nextPath('next=%2Forders%3Fstatus%3DPENDING')).toBe('/orders?status=PENDING');
  for (const next of ['https://elsewhere.test', '//elsewhere.test', '/\\elsewhere.test', 'javascript:alert(1)', '']) {
    expect(nextPath(`next=${encodeURIComponent(next)}`)).toBe('/');
  }
});
