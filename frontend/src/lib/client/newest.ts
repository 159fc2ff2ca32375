// An answer that is older than what the websocket has told since is asked for again: it was on its way for too long.
import { makeOperation, type Exchange, type Operation, type OperationResult } from '@urql/core';
import { filter, makeSubject, merge, pipe } from 'wonka';
import { isRecord } from '../stored';

const MOST_TRIES = 3;
const VERSIONED = new Set(['Order', 'WebhookEndpoint']);

export class Versions {
  private readonly newest = new Map<string, number>();

  /** Whether anything in it is older than what is known. What an event shows is a snapshot, and may be. */
  outdated(data: unknown): boolean {
    if (Array.isArray(data)) return data.some((one) => this.outdated(one));
    if (!isRecord(data) || isSnapshot(data)) return false;
    const { key, version } = identity(data);
    if (key && version < (this.newest.get(key) ?? 0)) return true;
    return Object.values(data).some((one) => this.outdated(one));
  }

  learn(data: unknown): void {
    if (Array.isArray(data)) return data.forEach((one) => this.learn(one));
    if (!isRecord(data) || isSnapshot(data)) return;
    const { key, version } = identity(data);
    if (key && version > (this.newest.get(key) ?? 0)) this.newest.set(key, version);
    Object.values(data).forEach((one) => this.learn(one));
  }
}

function isSnapshot({ __typename }: Record<string, unknown>): boolean {
  return typeof __typename === 'string' && /Event$/.test(__typename);
}

function identity({ __typename, id, version }: Record<string, unknown>): { key: string | null; version: number } {
  const known = typeof __typename === 'string' && VERSIONED.has(__typename);
  return known && typeof id === 'string' && typeof version === 'number'
    ? { key: `${__typename}:${id}`, version }
    : { key: null, version: 0 };
}

export const newestExchange: Exchange =
  ({ forward }) =>
  (operations$) => {
    const versions = new Versions();
    const tries = new Map<number, number>();
    const { source: again$, next: askAgain } = makeSubject<Operation>();

    function isGood({ operation, data }: OperationResult): boolean {
      const tried = tries.get(operation.key) ?? 0;
      if (operation.kind === 'query' && tried < MOST_TRIES && versions.outdated(data)) {
        tries.set(operation.key, tried + 1);
        queueMicrotask(() => askAgain(makeOperation(operation.kind, operation)));
        return false;
      }
      tries.delete(operation.key);
      versions.learn(data);
      return true;
    }

    return pipe(merge([operations$, again$]), forward, filter(isGood));
  };
