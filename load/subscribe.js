// Customers who watch: each subscribes, orders, and must be told once of every order that it is PROCESSED.
//
//   ./run load subscribe            100 subscribers with 10 orders each
//   SMOKE=1 ./run load subscribe    3 with 3

import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { Follower } from './follower.js';
import { body, CREATE_ORDER, customers, ITEMS, judged, orderProblem, request, SMOKE, understood, URL } from './shop.js';

const SUBSCRIBERS = SMOKE ? 3 : 100;
const ORDERS = SMOKE ? 3 : 10;
const PAUSE = SMOKE ? 250 : 1000; // ms between a customer's orders on average: 100 of them do not order in step
const LINGER = 1000; // ms after the last one, in which a second copy would come
const PATIENCE = SMOKE ? 10000 : 30000; // ms from the start until what has not come is lost

const lost = new Counter('lost');
const doubled = new Counter('doubled');
const processed = new Counter('processed');
const latency = new Trend('create_to_processed', true);

export const options = {
  scenarios: {
    subscribe: { executor: 'per-vu-iterations', vus: SUBSCRIBERS, iterations: 1, maxDuration: '90s' },
  },
  setupTimeout: '120s',
  thresholds: {
    lost: ['count==0'],
    doubled: ['count==0'],
    processed: [`count==${SUBSCRIBERS * ORDERS}`], // a run that saw nothing has not passed
    failed: ['rate==0'],
    create_to_processed: ['p(95)<2000'],
  },
};

export function setup() {
  return { tokens: customers(SUBSCRIBERS) };
}

export default function ({ tokens }) {
  new Subscriber(tokens[(exec.vu.idInTest - 1) % tokens.length]).start();
}

class Subscriber {
  constructor(token) {
    this.token = token;
    this.sent = new Map(); // order id → when its createOrder was sent
    this.seen = new Map(); // order id → when it was first PROCESSED
    this.attempts = 0; // createOrder calls that have ended, well or not
    this.settled = false;
  }

  start() {
    this.follower = new Follower(URL, this.token, {
      begun: () => this.order(), // from here on nothing may be missed
      told: (order) => this.told(order),
      ended: (problem) => this.settle(problem),
    });
    this.patience = setTimeout(() => this.settle(`not all came within ${PATIENCE} ms`), PATIENCE);
  }

  told(order) {
    if (order.status === 'PROCESSED') this.processed(order.id);
  }

  async order() {
    const input = { items: ITEMS, idempotencyKey: `${exec.vu.idInTest}-${this.attempts}` };
    const at = Date.now();
    const url = `${URL}/graphql`;
    const response = await http.asyncRequest(
      'POST', url, body(CREATE_ORDER, { input }), request('createOrder', { token: this.token }),
    );
    const answer = understood(response);
    if (judged('createOrder', orderProblem(answer))) {
      this.sent.set(answer.data.createOrder.id, at);
      this.took(answer.data.createOrder.id);
    }
    this.attempts += 1;
    if (this.attempts < ORDERS && !this.settled) setTimeout(() => this.order(), 2 * PAUSE * Math.random());
    this.endIfComplete();
  }

  processed(id) {
    if (this.seen.has(id)) {
      doubled.add(1);
    } else {
      this.seen.set(id, Date.now());
      this.took(id);
      this.endIfComplete();
    }
  }

  /** The subscriber may hear of it before createOrder has answered, so this is asked on both sides. */
  took(id) {
    if (this.sent.has(id) && this.seen.has(id)) latency.add(this.seen.get(id) - this.sent.get(id));
  }

  endIfComplete() {
    if (this.attempts < ORDERS || this.missing() > 0) return;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.settle(), LINGER);
  }

  /** How many orders that were placed it has not been told of. */
  missing() {
    return [...this.sent.keys()].filter((id) => !this.seen.has(id)).length;
  }

  /** Once: counts what came and what did not. `problem` says why it ends before everything has come. */
  settle(problem) {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.patience);
    const strangers = [...this.seen.keys()].filter((id) => !this.sent.has(id)).length;
    judged('ordersUpdated', problem || (strangers ? `${strangers} orders of somebody else were shown` : undefined));
    processed.add(this.sent.size - this.missing());
    lost.add(this.missing());
    doubled.add(0);
    this.follower.close();
  }
}
