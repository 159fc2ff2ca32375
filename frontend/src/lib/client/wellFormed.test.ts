import { expect, test } from 'vitest';
import { wellFormed } from './wellFormed';

test('halves of surrogate pairs are replaced, at any depth', () => {
  expect(wellFormed({ items: [{ product: 'a \ud83d b \ude00', quantity: 1 }], note: null })).toEqual({
    items: [{ product: 'a \ufffd b \ufffd', quantity: 1 }],
    note: null,
  });
});

test('whole pairs and everything else stay', () => {
  const input = { text: '😀 👩‍👩‍👧‍👦 \0', list: [true, 0, undefined] };
  expect(wellFormed(input)).toEqual(input);
});
