// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest';
import type { Client, Sink, SubscribePayload } from 'graphql-ws';
import { follow, messageOf } from './follow';
import { gaps } from './gaps';
import { beginRecovery, recovery } from './recovered';

type Heard = { sink: Sink; payload: SubscribePayload };
const heard: Heard[] = [];
/** As much of a client as a subscription needs: each is told what the test says. */
const client = {
  subscribe(payload: SubscribePayload, sink: Sink) {
    heard.push({ payload, sink });
    return () => undefined;
  },
} as unknown as Client;

const message = (cursor: string, event: unknown = null) => ({ data: { events: { cursor, event } } }) as never;
const refusal = (code: string) => [{ message: code, extensions: { code } }] as never;
const sink = () => ({ next: vi.fn(), error: vi.fn(), complete: vi.fn() });
const nth = (place: number): Heard => {
  const found = heard[place];
  if (!found) throw new Error(`There is no subscription ${place}.`);
  return found;
};

beforeEach(() => {
  vi.useFakeTimers();
  heard.length = 0;
});

test('it goes on from the cursor of the last message, whoever sends it again', () => {
  follow(client, { query: 's', variables: { id: '1' } }, sink());
  expect(JSON.stringify(nth(0).payload.variables)).toBe('{"id":"1"}');
  nth(0).sink.next(message('A'));
  nth(0).sink.next(message('B', { id: 'e' }));
  expect(JSON.parse(JSON.stringify(nth(0).payload.variables))).toEqual({ id: '1', after: 'B' });
});

test('a connection that is closed for good, as its client sees it, is made again', async () => {
  const ears = sink();
  follow(client, { query: 's' }, ears);
  nth(0).sink.next(message('A'));
  nth(0).sink.error(new CloseEvent('close', { code: 4429 }));
  await vi.runAllTimersAsync();
  expect(nth(1).payload.variables?.['after']).toBe('A');
  expect(ears.error).not.toHaveBeenCalled();
});

test('where the cursor is too old it begins anew, and says that there is a gap', async () => {
  const before = gaps.get();
  follow(client, { query: 's' }, sink());
  nth(0).sink.next(message('A'));
  nth(0).sink.error(refusal('CURSOR_EXPIRED'));
  await vi.runAllTimersAsync();
  expect(nth(1).payload.variables?.['after']).toBeUndefined();
  expect(gaps.get()).toBe(before + 1);
});

test('a refusal is told, and not tried again', async () => {
  const ears = sink();
  follow(client, { query: 's' }, ears);
  nth(0).sink.error(refusal('NOT_FOUND'));
  await vi.runAllTimersAsync();
  expect(ears.error).toHaveBeenCalledOnce();
  expect(heard).toHaveLength(1);
});

test('what was stopped while it waited stays stopped', async () => {
  const stop = follow(client, { query: 's' }, sink());
  nth(0).sink.error(refusal('UNAVAILABLE'));
  stop();
  await vi.runAllTimersAsync();
  expect(heard).toHaveLength(1);
});

test('an event that two streams bring is one event recovered', async () => {
  follow(client, { query: 'a' }, sink());
  follow(client, { query: 'b' }, sink());
  beginRecovery();
  nth(0).sink.next(message('B', { id: 'e' }));
  nth(1).sink.next(message('B', { id: 'e' }));
  nth(0).sink.next(message('C', { id: 'f' }));
  nth(1).sink.next(message('D'));
  await vi.runAllTimersAsync();
  expect(recovery.get()?.events).toBe(2);
});

test('a message without anything is progress', () => {
  expect(messageOf({ orderUpdated: { cursor: 'A', order: null, event: null } })).toEqual({ cursor: 'A', carries: false });
  expect(messageOf({ notificationReceived: { cursor: 'A', unreadCount: 0, notification: { id: '1' } } })?.carries).toBe(true);
  expect(messageOf({ webhookDeliveryUpdated: { id: '1' } })).toBeNull();
});
