import { expect, test } from 'vitest';
import { graphql } from './graphql';

type Parsed = { definitions: { kind: string; name?: { value: string } }[] };
const read = graphql as unknown as (source: string) => Parsed;
const names = ({ definitions }: Parsed) => definitions.map(({ name }) => name?.value);

test('an operation brings the fragments that it uses, each once, and those that they use', () => {
  read('fragment Outer on Order { id ...Inner }');
  read('fragment Inner on Order { number }');
  read('fragment Unused on Order { note }');
  const operation = read('query Q { order(id: "1") { ...Outer items { product } ...Inner } }');
  expect(names(operation)).toEqual(['Q', 'Outer', 'Inner']);
});

test('a fragment that nobody has imported is named', () => {
  expect(() => read('query Q { order(id: "1") { ...Missing } }')).toThrow(/fragment Missing/);
});
