import { Client, gql, type Exchange, type Operation, type OperationResult } from '@urql/core';
import { filter, makeSubject, merge, pipe, subscribe, tap } from 'wonka';
import { expect, test } from 'vitest';
import { graphCache } from './cache';

const ORDER = gql`query OneOrder { order(id: "1") { __typename id payments { __typename id status } } }`;
const UNREAD = gql`query Unread { unread }`;
const PAY = gql`mutation Pay { payOrder(input: {}) { __typename ... on Payment { id status } } }`;
const payment = (id: string) => ({ __typename: 'Payment', id, status: 'DECLINED' });
const order = (...ids: string[]) => ({ order: { __typename: 'Order', id: '1', payments: ids.map(payment) } });

/** A shop that is asked, and answers when and as often as it is told to. */
function shop() {
  const asked: Operation[] = [];
  const { source, next } = makeSubject<OperationResult>();
  const exchange: Exchange = () => (operations$) => {
    const nothing$ = pipe(operations$, tap((operation) => asked.push(operation)), filter(() => false));
    return merge([source, nothing$ as unknown as typeof source]);
  };
  const answer = (operation: Operation | undefined, data: object) =>
    operation && next({ operation, data, stale: false, hasNext: false });
  return { asked, answer, exchange };
}

test('a payment that was just made does not empty the page of its order', () => {
  const { asked, answer, exchange } = shop();
  const client = new Client({ url: '/graphql', preferGetMethod: false, exchanges: [graphCache(), exchange] });
  const shown: unknown[] = [];
  pipe(client.query(ORDER, {}), subscribe(({ data }) => shown.push(data)));
  answer(asked[0], order('a'));
  pipe(client.query(ORDER, {}, { requestPolicy: 'network-only' }), subscribe(() => undefined));
  pipe(client.query(UNREAD, {}), subscribe(() => undefined));
  void client.mutation(PAY, {}).toPromise();
  answer(asked[3], { payOrder: payment('b') });
  answer(asked[1], order('a', 'b')); // at the same moment, and before what else was asked for
  expect(shown.at(-1)).toEqual(order('a', 'b'));
});
