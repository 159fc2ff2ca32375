import { expect, test } from 'vitest';
import { en } from './en';
import { es } from './es';
import { translate } from './translate';

const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

test('every text is there in both languages, and none is empty', () => {
  expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
  expect(Object.values({ ...en }).filter((text) => !text.trim())).toEqual([]);
  expect(Object.values({ ...es }).filter((text) => !text.trim())).toEqual([]);
});

test.each(Object.keys(en) as (keyof typeof en)[])('%s says the same things in both languages', (key) => {
  expect(holes(es[key])).toEqual(holes(en[key]));
});

test('a number is written, and counted, as the language does it', () => {
  expect(translate('en', 'live.recovered', { count: 1 })).toContain('1 event ');
  expect(translate('en', 'live.recovered', { count: 1234 })).toContain('1,234 events');
  expect(translate('es', 'live.recovered', { count: 12345 })).toContain('12.345');
});
