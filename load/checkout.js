// Customers who buy: each looks through the catalogue, orders an article, pays by card, and waits on the subscription
// until the order is ready.
//
//   ./run load checkout            50 customers who buy 5 times
//   SMOKE=1 ./run load checkout    3 who buy twice
//
// A seller lists what they buy, and archives it at the end: the demo's, or SELLER_EMAIL with SELLER_PASSWORD.
// The card's number is one that the simulated processor approves.

import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { archived, browse, CATEGORY, listed, seller } from './catalogue.js';
import { Follower } from './follower.js';
import { body, customers, judged, request, SMOKE, understood, URL } from './shop.js';

const CUSTOMERS = SMOKE ? 3 : 50;
const PURCHASES = SMOKE ? 2 : 5;
const PAUSE = SMOKE ? 250 : 2000; // ms that a customer looks at an article, on average
const LINGER = 1000; // ms after the last one, in which a second copy would come
const PATIENCE = SMOKE ? 20000 : 60000; // ms from the start until what has not come is lost
const CARD = { number: '4242424242424242', expMonth: 12, expYear: new Date().getFullYear() + 2, cvc: '123', holder: 'Load' };
const ORDER = `mutation CreateOrder($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on Order { id status paymentState total { amount } items { productId quantity } }
    ... on Refusal { message }
  }
}`;
const PAY = `mutation PayOrder($input: PayOrderInput!) {
  payOrder(input: $input) {
    __typename
    ... on Payment { id status amount { amount } card { last4 } }
    ... on Refusal { message }
  }
}`;

const lost = new Counter('lost');
const doubled = new Counter('doubled');
const ready = new Counter('ready');
const browsing = new Trend('browse', true);
const checkout = new Trend('order_to_ready', true);

export const options = {
  scenarios: {
    checkout: { executor: 'per-vu-iterations', vus: CUSTOMERS, iterations: 1, maxDuration: '120s' },
  },
  setupTimeout: '120s',
  thresholds: {
    lost: ['count==0'],
    doubled: ['count==0'],
    ready: [`count==${CUSTOMERS * PURCHASES}`], // a run that bought nothing has not passed
    failed: ['rate==0'],
    browse: ['p(95)<800'],
    order_to_ready: ['p(95)<5000'],
  },
};

export function setup() {
  const token = seller();
  return { articles: listed(token, CUSTOMERS * PURCHASES), seller: token, tokens: customers(CUSTOMERS) };
}

export function teardown({ articles, seller: token }) {
  archived(token, articles);
}

export default function ({ tokens }) {
  new Customer(tokens[(exec.vu.idInTest - 1) % tokens.length]).start();
}

class Customer {
  constructor(token) {
    this.token = token;
    this.bought = new Map(); // order id → when its createOrder was sent
    this.seen = new Map(); // order id → when it was first told to be ready
    this.attempts = 0; // purchases that are paid for, as far as the customer can tell
    this.buying = false;
    this.settled = false;
  }

  start() {
    this.follower = new Follower(URL, this.token, {
      begun: () => this.look(),
      told: (order, event) => this.told(order, event),
      ended: (problem) => this.settle(problem),
    });
    this.patience = setTimeout(() => this.settle(`not all was ready within ${PATIENCE} ms`), PATIENCE);
  }

  look() {
    this.buying = true;
    setTimeout(() => this.buy(), 2 * PAUSE * Math.random());
  }

  async buy() {
    const article = await this.chosen();
    const order = article && (await this.order(article));
    if (!order || !(await this.pay(order, article))) return this.settle(); // what went wrong has been said
    this.attempts += 1;
    this.buying = false;
    this.goOn();
  }

  async chosen() {
    const at = Date.now();
    const answer = await this.ask('products', browse, {});
    browsing.add(Date.now() - at);
    const edges = (answer.data && answer.data.products.edges) || [];
    const right = edges.length && edges.every(({ node }) => node.category === CATEGORY && node.available > 0);
    if (!judged('products', right ? undefined : answer.problem || JSON.stringify(answer.data))) return undefined;
    return edges[Math.floor(Math.random() * edges.length)].node;
  }

  async order(article) {
    const line = { productId: article.id, quantity: 1, expectedPrice: article.price.amount };
    const input = { items: [{ listed: line }], idempotencyKey: `${exec.vu.idInTest}-${this.attempts}` };
    const at = Date.now();
    const answer = await this.ask('createOrder', ORDER, { input });
    const order = answer.data && answer.data.createOrder;
    const right =
      order && order.__typename === 'Order' && order.status === 'AWAITING_PAYMENT' &&
      order.total.amount === article.price.amount && order.items[0].productId === article.id;
    if (!judged('createOrder', right ? undefined : answer.problem || JSON.stringify(answer.data))) return undefined;
    this.bought.set(order.id, at);
    return order;
  }

  async pay(order, article) {
    const input = { orderId: order.id, idempotencyKey: order.id, method: { card: CARD } };
    const answer = await this.ask('payOrder', PAY, { input });
    const payment = answer.data && answer.data.payOrder;
    const right =
      payment && payment.__typename === 'Payment' && payment.status === 'REQUESTED' &&
      payment.amount.amount === article.price.amount && payment.card.last4 === '4242';
    return judged('payOrder', right ? undefined : answer.problem || JSON.stringify(answer.data));
  }

  async ask(name, document, variables) {
    const asked = request(name, { token: this.token });
    return understood(await http.asyncRequest('POST', `${URL}/graphql`, body(document, variables), asked));
  }

  told(order, event) {
    if (event.type !== 'ORDER_READY') return;
    if (this.seen.has(order.id)) {
      doubled.add(1);
      return;
    }
    this.seen.set(order.id, Date.now());
    const paid = order.paymentState === 'PAID' && order.status === 'PROCESSED';
    judged('ready', paid ? undefined : `ready and not paid: ${JSON.stringify(order)}`);
    this.goOn();
  }

  /** When an order is paid and ready; it may hear the latter before payOrder has answered. */
  goOn() {
    if (this.buying || this.settled || this.seen.size < this.attempts) return;
    if (this.attempts < PURCHASES) {
      this.look();
      return;
    }
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.settle(), LINGER);
  }

  /** Once: counts what came and what did not. `problem` says why it ends before everything has come. */
  settle(problem) {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.patience);
    const came = [...this.bought.keys()].filter((id) => this.seen.has(id));
    const strangers = this.seen.size - came.length;
    judged('ordersUpdated', problem || (strangers ? `${strangers} orders of somebody else were shown` : undefined));
    for (const id of came) checkout.add(this.seen.get(id) - this.bought.get(id));
    ready.add(came.length);
    lost.add(this.bought.size - came.length);
    doubled.add(0);
    this.follower.close();
  }
}
