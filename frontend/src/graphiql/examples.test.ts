import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { examples, inOrder } from './examples';
import { LOGIN, REFRESH } from './session';

const schema = buildSchema(readFileSync('../schema.graphql', 'utf8'));

test.each([...examples, { name: 'login', query: LOGIN }, { name: 'refresh', query: REFRESH }])(
  'the shop takes the document of $name',
  ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([]);
  },
);

test.each(examples.filter(({ variables }) => variables))('the variables of $name are JSON', ({ variables }) => {
  expect(JSON.parse(variables ?? '')).toHaveProperty('input');
});

test('a link opens its example first, and leaves out none', () => {
  expect(inOrder('watch').map(({ name }) => name)).toEqual(['watch', 'sign-in', 'place', 'events']);
  expect(inOrder('elsewhere')).toEqual(examples);
  expect(inOrder(null)).toEqual(examples);
});
