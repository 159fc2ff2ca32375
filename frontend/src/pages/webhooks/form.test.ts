import { expect, test } from 'vitest';
import { EMPTY, createInput, formOf, updateInput } from './form';
import { TYPES, wireName } from './types';

const known = { id: 'e', version: 3, name: 'Warehouse', url: 'https://w.example/hook', types: ['ORDER_READY' as const], ordering: 'NONE' as const, maxInFlight: 8, document: null };

test('a new endpoint hears from now on, from the beginning, or from a place', () => {
  const form = { ...EMPTY, name: ' Warehouse ', url: ' https://w.example/hook ' };
  expect(createInput(form, 'first')).toMatchObject({ name: 'Warehouse', url: 'https://w.example/hook', startFrom: null, document: null });
  expect(createInput({ ...form, start: 'oldest' }, 'first').startFrom).toBe('first');
  expect(createInput({ ...form, start: 'cursor', cursor: ' abc ' }, 'first').startFrom).toBe('abc');
});

test('only what was changed is sent', () => {
  expect(updateInput(formOf(known), known)).toEqual({ id: 'e', expectedVersion: 3 });
  expect(updateInput({ ...formOf(known), maxInFlight: '4' }, known)).toEqual({ id: 'e', expectedVersion: 3, maxInFlight: 4 });
});

test('an emptied document goes back to the default bodies', () => {
  const shaped = { ...known, document: 'subscription { events { event { id } } }' };
  expect(updateInput({ ...formOf(shaped), document: '  ' }, shaped).document).toBeNull();
});

test('what is no number is left to the shop to refuse', () => {
  for (const text of ['', 'many', '-1', '1e9', '1.5']) expect(createInput({ ...EMPTY, maxInFlight: text }, null).maxInFlight).toBe(0);
});

test('types are named as in the bodies', () => {
  expect(wireName('PAYMENT_REFUND_REQUESTED')).toBe('payment.refund_requested');
  expect(new Set(TYPES.map(wireName)).size).toBe(TYPES.length);
});
