// The form of an article: what stands in it, what is wrong with it at first sight, and what the shop is told.
import type { Condition, CreateProductInput, UpdateProductInput } from '../../gql/graphql';

export const CONDITIONS = ['NEW', 'LIKE_NEW', 'GOOD', 'FAIR', 'FOR_PARTS'] as const satisfies Condition[];
export type ArticleForm = {
  sku: string;
  name: string;
  description: string;
  category: string;
  condition: Condition;
  size: string;
  color: string;
  price: string;
  imageUrl: string;
};
export type StockRow = { region: string; quantity: string };
type Text = string | null | undefined;
export type Known = {
  id: string;
  version: number;
  sku: string;
  name: string;
  description?: Text;
  category: string;
  condition: Condition;
  size?: Text;
  color?: Text;
  price: { amount: string };
  imageUrl?: Text;
};

export const EMPTY: ArticleForm = { sku: '', name: '', description: '', category: '', condition: 'GOOD', size: '', color: '', price: '', imageUrl: '' };

export function formOf(known: Known): ArticleForm {
  const text = (value: Text) => value ?? '';
  const { sku, name, category, condition, price } = known;
  return { sku, name, category, condition, price: price.amount, description: text(known.description), size: text(known.size), color: text(known.color), imageUrl: text(known.imageUrl) };
}

/** A price as people write it, in the notation that the shop reads; null when it is none. */
export function priceOf(text: string): string | null {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,12}(\.\d{1,6})?$/.test(plain) ? plain : null;
}

export function countOf(text: string): number | null {
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}

/** The fields whose text is no number: the shop would not even read them. */
export function unreadable(form: ArticleForm, stock: StockRow[] = []): string[] {
  const rows = stock.flatMap(({ quantity }, place) => (countOf(quantity) === null ? [`stock.${place}.quantity`] : []));
  return [...(priceOf(form.price) === null ? ['price'] : []), ...rows];
}

export function createInput(form: ArticleForm, stock: StockRow[]): CreateProductInput {
  const rows = stock.map(({ region, quantity }) => ({ region: region.trim(), quantity: countOf(quantity) ?? 0 }));
  return { ...common(form), sku: form.sku.trim(), stock: rows };
}

/** Only what is another than before; what was emptied is removed. The SKU stays. */
export function updateInput(form: ArticleForm, known: Known): UpdateProductInput {
  const before: Record<string, unknown> = common(formOf(known));
  const changes = Object.entries(common(form)).filter(([name, value]) => value !== before[name]);
  return { id: known.id, expectedVersion: known.version, ...Object.fromEntries(changes) };
}

function common(form: ArticleForm) {
  const optional = (text: string) => text.trim() || null;
  return {
    name: form.name.trim(),
    description: optional(form.description),
    category: form.category.trim(),
    condition: form.condition,
    size: optional(form.size),
    color: optional(form.color),
    price: priceOf(form.price) ?? '0',
    imageUrl: optional(form.imageUrl),
  };
}
