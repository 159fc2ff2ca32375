// One subscription, through every loss of the connection: it goes on from the cursor of its last message.
import type { Client, ExecutionResult, FormattedExecutionResult, SubscribePayload } from 'graphql-ws';
import { isRecord } from '../stored';
import { gaps } from './gaps';
import { arrived } from './recovered';
import { untilWorthTrying } from './waiting';

type Sink = { next: (result: ExecutionResult) => void; error: (fault: unknown) => void; complete: () => void };
type Message = { cursor: string; carries: boolean };

/** The cursor of a message, and whether there is anything with it. Null for a subscription that has none. */
export function messageOf(data: unknown): Message | null {
  const field = isRecord(data) ? Object.values(data)[0] : null;
  if (!isRecord(field) || typeof field['cursor'] !== 'string') return null;
  const { order, event, product, notification } = field;
  return { cursor: field['cursor'], carries: Boolean(order ?? event ?? product ?? notification) };
}

const START_ANEW = new Set(['CURSOR_EXPIRED', 'CURSOR_INVALID']);
const TRY_AGAIN = new Set(['UNAVAILABLE', 'SLOW_CONSUMER', 'SESSION_REVOKED', 'RATE_LIMITED', 'TIMEOUT']);

function codeOf(errors: readonly unknown[] | undefined): string {
  const [first] = errors ?? [];
  const extensions = isRecord(first) || first instanceof Error ? (first as { extensions?: unknown }).extensions : null;
  return isRecord(extensions) && typeof extensions['code'] === 'string' ? extensions['code'] : '';
}

export function follow(client: Client, request: SubscribePayload, sink: Sink): () => void {
  let cursor: string | undefined;
  let stop: () => void = () => undefined;
  let stopped = false;
  let retries = 0;
  // The client sends the same payload after each reconnect: as a getter, `after` is the newest cursor each time.
  const variables = Object.defineProperty({ ...request.variables }, 'after', {
    enumerable: true,
    get: () => cursor ?? (request.variables?.['after'] as string | undefined),
  });

  function begin() {
    if (stopped) return;
    stop = client.subscribe({ ...request, variables }, { next, error, complete: sink.complete });
  }

  function next(result: FormattedExecutionResult<Record<string, unknown>, unknown>) {
    const code = codeOf(result.errors);
    if (START_ANEW.has(code) || TRY_AGAIN.has(code)) return again(code);
    retries = 0;
    const message = messageOf(result.data);
    if (message?.carries) arrived(message.cursor);
    if (message) cursor = message.cursor;
    sink.next(result as ExecutionResult);
  }

  function error(fault: unknown) {
    if (!Array.isArray(fault)) return again(''); // the connection was closed for good, as the client sees it
    const code = codeOf(fault);
    if (START_ANEW.has(code) || TRY_AGAIN.has(code)) again(code);
    else sink.error(fault);
  }

  function again(code: string) {
    stop();
    if (START_ANEW.has(code)) {
      cursor = undefined;
      gaps.set(gaps.get() + 1);
    }
    void untilWorthTrying(retries++).then(begin);
  }

  begin();
  return () => {
    stopped = true;
    stop();
  };
}
