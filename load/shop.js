// What the load scripts share: where the shop is, how it is asked, and customers to ask as.

import { fail, sleep } from 'k6';
import http from 'k6/http';
import { Rate } from 'k6/metrics';

export const SMOKE = __ENV.SMOKE === '1'; // ten seconds and a few users, to see that a script and a shop fit
export const URL = (__ENV.SHOP_URL || 'http://127.0.0.1:8000').replace(/\/+$/, '');

// One sample for each operation: 1 when it did not give what was asked for. GraphQL says no with status 200, so the
// status alone proves nothing.
export const failed = new Rate('failed');

export const ITEMS = [
  { custom: { product: 'camisa', size: 'M', color: 'negro', quantity: 1, unitPrice: '10.00' } },
  { custom: { product: 'pantalon', size: 'L', color: 'azul', quantity: 1, unitPrice: '20.00' } },
];
export const CREATE_ORDER = `mutation CreateOrder($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on Order { id number status version total { amount currency } }
    ... on Refusal { message }
  }
}`;
const REGISTER = `mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on SignedIn { tokens { accessToken } }
    ... on Refusal { message }
    ... on TooManyAttempts { retryAfterSeconds }
  }
}`;
const TRIES = 10;

/** What http.post and http.asyncRequest take; `name` is the tag under which k6 keeps the times. */
export function request(name, { token, headers = {} } = {}) {
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  return { headers: { 'content-type': 'application/json', ...authorization, ...headers }, tags: { name } };
}

export function body(query, variables) {
  return JSON.stringify({ query, variables });
}

/** {data, extensions}, or {problem} in words. */
export function understood(response) {
  if (response.status !== 200) return { problem: `status ${response.status} ${response.error || response.body}` };
  let answer;
  try {
    answer = response.json();
  } catch (_) {
    return { problem: 'the answer is not JSON' };
  }
  if (answer === null || answer.errors || !answer.data) return { problem: response.body };
  return answer;
}

/** Counts the operation, and says what was wrong with it: `problem` in words, or nothing. */
export function judged(name, problem) {
  failed.add(Boolean(problem), { name });
  if (problem) console.error(`${name}: ${String(problem).slice(0, 300)}`);
  return !problem;
}

/** What is wrong with an answer to createOrder with ITEMS, if anything. */
export function orderProblem({ problem, data }) {
  if (problem) return problem;
  const order = data.createOrder;
  const right = order && order.__typename === 'Order' && order.id && order.total && order.total.amount === '30.00';
  return right ? undefined : JSON.stringify(data);
}

/** As many new customers as asked for, signed in: their access tokens. */
export function customers(count) {
  // One after the other: the shop hashes two passwords at a time, and this is not what is measured.
  return Array.from({ length: count }, (_, number) => registered(number));
}

function registered(number) {
  const name = `load-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${number}`;
  const input = { name, email: `${name}@example.test`, password: `a long ${Math.random()} password` };
  for (let left = TRIES; left > 0; left--) {
    const response = http.post(`${URL}/graphql`, body(REGISTER, { input }), request('register'));
    const { problem, data } = understood(response);
    const result = data && data.register;
    if (result && result.__typename === 'SignedIn') return result.tokens.accessToken;
    if (!result || result.__typename !== 'TooManyAttempts') {
      fail(`No customer could be registered at ${URL} (${problem || JSON.stringify(data)}). Does the shop run there?`);
    }
    sleep(result.retryAfterSeconds); // the shop has said how long
  }
  return fail(`After ${TRIES} tries ${URL} still refuses to register a customer: TooManyAttempts.`);
}
