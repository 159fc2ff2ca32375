// Customers who order and look: one order, then three reads of it and three of what is pending.
//
//   ./run load orders            5, then 20, then 50 customers, a minute in all
//   SMOKE=1 ./run load orders    ten seconds, to see that all of it works

import { check, sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import { body, CREATE_ORDER, customers, ITEMS, judged, orderProblem, request, SMOKE, understood, URL } from './shop.js';

const READ = `query ReadOrder($id: ID!) {
  order(id: $id) { id number status version total { amount currency } items { product quantity } }
}`;
const PENDING = `query PendingOrders {
  orders(filter: { status: [PENDING] }, first: 20) { edges { node { id number status } } }
}`;
const READS = 3;
const MOST = SMOKE ? 5 : 50;

// The shop says with this header whether an order came from its cache.
const DEBUG = { 'x-swapshop-debug': '1' };
const cachedRead = new Trend('cached_read', true);
const cacheHits = new Rate('cache_hits');

export const options = {
  stages: SMOKE
    ? [{ duration: '10s', target: MOST }]
    : [5, 20, MOST].map((target) => ({ duration: '20s', target })),
  thresholds: {
    failed: ['rate<0.01'],
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    http_req_duration: ['p(95)<800'],
    // Shown for each, and no slow operation hides behind the many quick ones.
    'http_req_duration{name:createOrder}': ['p(95)<800'],
    'http_req_duration{name:order}': ['p(95)<800'],
    'http_req_duration{name:orders}': ['p(95)<800'],
    cached_read: ['p(95)<200'],
    cache_hits: ['rate>0.9'],
    iterations: ['count>0'], // a run that did nothing has not passed
  },
};

export function setup() {
  return { tokens: customers(MOST) };
}

export default function ({ tokens }) {
  const token = tokens[(exec.vu.idInTest - 1) % tokens.length];
  const id = createOrder(token);
  for (let n = 0; id && n < READS; n++) readOrder(token, id);
  for (let n = 0; n < READS; n++) readPending(token);
  // A customer looks at what came before ordering again. Without this pause the shop would always be asked as fast
  // as it answers, and 50 users would measure nothing but how much of the machine k6 leaves it.
  sleep(1);
}

function createOrder(token) {
  const idempotencyKey = `${exec.vu.idInTest}-${exec.vu.iterationInInstance}`;
  const answer = ask('createOrder', token, CREATE_ORDER, { input: { items: ITEMS, idempotencyKey } });
  const placed = counted('createOrder', orderProblem(answer));
  return placed ? answer.data.createOrder.id : undefined;
}

function readOrder(token, id) {
  const answer = ask('order', token, READ, { id }, DEBUG);
  const order = answer.data && answer.data.order;
  const right = order && order.id === id && order.total.amount === '30.00' && order.items.length === ITEMS.length;
  counted('order', right ? undefined : answer.problem || JSON.stringify(answer.data));
  cacheHits.add(Boolean(answer.extensions && answer.extensions.cache === 'hit'));
  cachedRead.add(answer.milliseconds);
}

function readPending(token) {
  const answer = ask('orders', token, PENDING, {});
  const edges = answer.data && answer.data.orders && answer.data.orders.edges;
  const right = Array.isArray(edges) && edges.every((edge) => edge.node.status === 'PENDING');
  counted('orders', right ? undefined : answer.problem || JSON.stringify(answer.data));
}

function ask(name, token, document, variables, headers) {
  const response = http.post(`${URL}/graphql`, body(document, variables), request(name, { token, headers }));
  return { ...understood(response), milliseconds: response.timings.duration };
}

function counted(name, problem) {
  const right = judged(name, problem);
  check(right, { [`${name} gives what was asked for`]: (it) => it });
  return right;
}
