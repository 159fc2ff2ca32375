// The list of an order that is described by hand, as it is typed.
import type { OrderItemInput } from '../../gql/graphql';
import { isRecord } from '../../lib/stored';
import { priceText, total } from '../../lib/shopping/total';

export type Item = { id: string; product: string; size: string; color: string; quantity: string; price: string };

const FIELDS = ['id', 'product', 'size', 'color', 'quantity', 'price'] as const;

export function newItem(): Item {
  return { id: crypto.randomUUID(), product: '', size: '', color: '', quantity: '1', price: '' };
}

/** Of what was stored; null when it is no such list. */
export function itemsOf(value: unknown): Item[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((item) => isRecord(item) && FIELDS.every((name) => typeof item[name] === 'string')) ? (value as Item[]) : null;
}

export function inputOf({ product, size, color, quantity, price }: Item): OrderItemInput {
  const custom = { product, size: size.trim() || null, color: color.trim() || null, quantity: count(quantity), unitPrice: priceOf(price) };
  return { custom };
}

/** Something that is no number is sent as 0, which the shop refuses at its field. */
function count(written: string): number {
  const number = Number(written);
  return Number.isInteger(number) && Math.abs(number) < 2 ** 31 ? number : 0;
}

/** What is no decimal number at all would be a fault, not a refusal. */
function priceOf(written: string): string {
  const text = priceText(written).replace(',', '.');
  return /^\d{1,12}(\.\d{1,20})?$/.test(text) ? text : '0';
}

export function totalOf(items: Item[]): string | null {
  return total(items.map(({ price, quantity }) => ({ price: price.trim() || '0', quantity: count(quantity) })));
}
