import { expect, test } from 'vitest';
import { changed } from './address';

test('one parameter is changed, and an empty one is left out', () => {
  expect(changed('?search=a+b&min=2', { min: '' })).toBe('?search=a+b');
  expect(changed('?search=a+b', { search: undefined })).toBe('');
  expect(changed('', { search: '100% & ñ' })).toBe('?search=100%25+%26+%C3%B1');
  expect(changed('?other=%2541', { search: 'a' })).toBe('?other=%2541&search=a');
});
