import { expect, test } from 'vitest';
import { changed, filterOf, filtersOf } from './filters';

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

test('what is emptied leaves the address', () => {
  expect(changed(new URLSearchParams('search=a&size=M'), 'search', '').toString()).toBe('size=M');
  expect(changed(new URLSearchParams('size=M'), 'search', 'lamp & co').toString()).toBe('size=M&search=lamp+%26+co');
});
