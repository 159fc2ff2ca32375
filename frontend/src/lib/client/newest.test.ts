import { expect, test } from 'vitest';
import { Versions } from './newest';

const order = (version: number) => ({ __typename: 'Order', id: '1', version });

test('an answer that is older than what is known is outdated, wherever the old thing stands in it', () => {
  const versions = new Versions();
  versions.learn({ orderUpdated: { order: order(2) } });
  expect(versions.outdated({ orders: { edges: [{ node: order(1) }] } })).toBe(true);
  expect(versions.outdated({ orders: { edges: [{ node: order(2) }] } })).toBe(false);
  expect(versions.outdated({ order: { ...order(1), id: '2' } })).toBe(false);
});

test('an event shows its subject as it was: that is no old answer, and no news', () => {
  const versions = new Versions();
  versions.learn({ order: order(3) });
  expect(versions.outdated({ node: { __typename: 'OrderEvent', order: order(1) } })).toBe(false);
  versions.learn({ node: { __typename: 'OrderEvent', order: order(9) } });
  expect(versions.outdated({ order: order(3) })).toBe(false);
});
