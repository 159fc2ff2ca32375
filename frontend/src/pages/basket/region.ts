// Where an order is sent from: the first region that has all of it.
import type { BasketLine } from '../../lib/shopping/basket';

export type Stock = { region: string; available: number }[];
export type Stocks = Record<string, Stock>;

/** Undefined leaves it to the shop, which takes its first region, and says what is missing there. */
export function regionFor(lines: BasketLine[], stocks: Stocks): string | undefined {
  const enough = ({ productId, quantity }: BasketLine) =>
    (stocks[productId] ?? []).filter(({ available }) => available >= quantity).map(({ region }) => region);
  const [first, ...others] = lines.map(enough);
  return first?.find((region) => others.every((regions) => regions.includes(region)));
}
