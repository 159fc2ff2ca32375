// Half of a surrogate pair is no text, and the shop refuses a request that has one: it becomes the sign for that,
// as in every form that a browser sends by itself.
import { makeOperation, mapExchange } from '@urql/core';

export function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd') as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, wellFormed(part)])) as T;
}

export const wellFormedExchange = mapExchange({
  onOperation: (operation) =>
    operation.kind === 'teardown' ? operation : makeOperation(operation.kind, { ...operation, variables: wellFormed(operation.variables) }),
});
