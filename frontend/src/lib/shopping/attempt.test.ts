// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { keyFor, refused, settled, unanswered, type Draft } from './attempt';

const shirt: Draft = { items: [{ custom: { product: 'camisa', quantity: 1, unitPrice: '10.00' } }], payment: { cash: true } };
const card = { number: '4242424242424242', expMonth: 1, expYear: 2031, cvc: '123', holder: 'Ana' };

beforeEach(() => localStorage.clear());

test('the same order keeps its key, another one gets another', () => {
  const key = keyFor('basket', 'ana', shirt);
  expect(keyFor('basket', 'ana', { ...shirt })).toBe(key);
  expect(keyFor('basket', 'ana', { ...shirt, note: 'ring twice' })).not.toBe(key);
});

test('another customer at the same browser has nothing on the way', () => {
  const key = keyFor('basket', 'ana', shirt);
  expect(unanswered('basket', 'eva')).toBeNull();
  expect(keyFor('basket', 'eva', shirt)).not.toBe(key);
});

test('what was not answered is known after a reload, until it was refused or has succeeded', () => {
  keyFor('basket', 'ana', shirt);
  expect(unanswered('basket', 'ana')).toEqual(shirt);
  refused('basket');
  expect(unanswered('basket', 'ana')).toBeNull();
  const key = keyFor('basket', 'ana', shirt);
  settled('basket');
  expect(keyFor('basket', 'ana', shirt)).not.toBe(key);
});

test('no digit of a card is kept, and its order keeps its key when the card is typed again', () => {
  const key = keyFor('basket', 'ana', { ...shirt, payment: { card } });
  expect(JSON.stringify(Object.entries(localStorage))).not.toMatch(/4242|123|2031/);
  expect(unanswered('basket', 'ana')).toBeNull();
  expect(keyFor('basket', 'ana', { ...shirt, payment: { card: { ...card, cvc: '321' } } })).toBe(key);
});

test('nonsense in the store is as nothing', () => {
  localStorage.setItem('swapshop.attempt.basket', '{"userId":1');
  expect(unanswered('basket', 'ana')).toBeNull();
  localStorage.setItem('swapshop.attempt.basket', '{"userId":"ana","key":"k","print":"p","waiting":{"items":7}}');
  expect(unanswered('basket', 'ana')).toBeNull();
});
