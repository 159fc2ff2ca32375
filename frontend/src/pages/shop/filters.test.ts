import { expect, test } from 'vitest';
import { filterOf, filtersOf } from './filters';

const of = (search: string) => filterOf(filtersOf(new URLSearchParams(search)));
const present = (filter: object) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

test('an address says what is looked for', () => {
  expect(present(of('search=cam lin&category=camisas&condition=GOOD&max=20,5&available=yes'))).toEqual({
    search: 'cam lin', category: 'camisas', condition: ['GOOD'], maxPrice: '20.50', available: true,
  }); // prettier-ignore
});

test('nonsense in an address filters nothing', () => {
  expect(present(of('search=%20&condition=SHINY&min=NaN&max=1e9&available=perhaps&other=1'))).toEqual({});
});
