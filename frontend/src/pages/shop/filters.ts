// What is looked for, as it stands in the address: a link to it shows the same.
import type { Condition, ProductFilter } from '../../gql/graphql';
import { hundredths, priceText } from '../../lib/shopping/total';

export const CONDITIONS: Condition[] = ['NEW', 'LIKE_NEW', 'GOOD', 'FAIR', 'FOR_PARTS'];
export const TEXTS = ['search', 'category', 'size', 'color', 'condition', 'min', 'max'] as const;
export type FilterName = (typeof TEXTS)[number] | 'available';
export type Filters = Partial<Record<FilterName, string>>;

export function filtersOf(params: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const name of [...TEXTS, 'available'] as const) {
    const text = params.get(name);
    if (text) filters[name] = text.slice(0, 100);
  }
  return filters;
}

export function filterOf({ search, category, size, color, condition, min, max, available }: Filters): ProductFilter {
  const known = CONDITIONS.find((one) => one === condition);
  return {
    search: search?.trim() || undefined,
    category: category?.trim() || undefined,
    size: size?.trim() || undefined,
    color: color?.trim() || undefined,
    condition: known && [known],
    minPrice: price(min),
    maxPrice: price(max),
    available: available === 'yes' ? true : undefined,
  };
}

/** What is half written, or is no price, filters nothing. */
function price(written: string | undefined): string | undefined {
  return written && hundredths(written) !== null ? priceText(written) : undefined;
}
