// `graphql(...)` reads a document where it is written. A document brings the fragments of the components that its
// module imports, so that a page loads its own documents and no others. The types are those of src/gql.
import { parse, type DocumentNode } from '@0no-co/graphql.web';
import type { graphql as typed } from '../gql/gql';

export { useFragment as readFragment, type FragmentType } from '../gql/fragment-masking';

type Definition = DocumentNode['definitions'][number];
const fragments = new Map<string, Definition>();

function read(source: string): DocumentNode {
  const { definitions } = parse(source, { noLocation: true });
  for (const definition of definitions) {
    if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition);
  }
  const wanted = new Map<string, Definition>();
  collect(definitions.filter(({ kind }) => kind === 'OperationDefinition'), wanted); // a fragment alone is never sent
  const own = new Set<unknown>(definitions);
  const brought = [...wanted.values()].filter((fragment) => !own.has(fragment));
  return { kind: 'Document', definitions: [...definitions, ...brought] } as DocumentNode;
}

function collect(node: unknown, wanted: Map<string, Definition>): void {
  if (Array.isArray(node)) return node.forEach((one) => collect(one, wanted));
  if (typeof node !== 'object' || node === null) return;
  const { kind, name } = node as { kind?: string; name?: { value: string } };
  if (kind === 'FragmentSpread' && name) collectFragment(name.value, wanted);
  else Object.values(node).forEach((one) => collect(one, wanted));
}

function collectFragment(name: string, wanted: Map<string, Definition>): void {
  if (wanted.has(name)) return;
  const fragment = fragments.get(name);
  if (!fragment) throw new Error(`The fragment ${name} is used before the module that declares it was imported.`);
  wanted.set(name, fragment);
  collect(fragment, wanted);
}

export const graphql = read as unknown as typeof typed;
