// The basket: what somebody wants to buy, kept in this browser over reloads, with the price that they have seen.
import { createStore, useStore } from '../store';
import { isRecord, read, write } from '../stored';

export type BasketLine = { productId: string; quantity: number; price: { amount: string; currency: string } };

const KEY = 'swapshop.basket';
const MOST_LINES = 100;

function understood(value: unknown): BasketLine[] | null {
  return Array.isArray(value) ? value.filter(isLine).slice(0, MOST_LINES) : null;
}

function isLine(value: unknown): value is BasketLine {
  if (!isRecord(value) || typeof value['productId'] !== 'string' || !isRecord(value['price'])) return false;
  const { amount, currency } = value['price'];
  return Number.isInteger(value['quantity']) && typeof amount === 'string' && typeof currency === 'string';
}

export const basket = createStore<BasketLine[]>(read(KEY, understood) ?? []);
basket.subscribe(() => write(KEY, basket.get()));

export function put(line: BasketLine): void {
  const others = basket.get().filter(({ productId }) => productId !== line.productId);
  const known = basket.get().find(({ productId }) => productId === line.productId);
  basket.set([...others, { ...line, quantity: (known?.quantity ?? 0) + line.quantity }]);
}

export function change(productId: string, next: Partial<BasketLine>): void {
  basket.set(basket.get().map((line) => (line.productId === productId ? { ...line, ...next } : line)));
}

export function takeOut(productId: string): void {
  basket.set(basket.get().filter((line) => line.productId !== productId));
}

export function empty(): void {
  basket.set([]);
}

export function useBasket(): BasketLine[] {
  return useStore(basket);
}
