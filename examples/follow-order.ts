// Places an order and follows it until it is PROCESSED, through lost connections and expired tokens.
//
//   npm ci && node follow-order.ts          (Node 22.18 or newer; graphql-ws does the reconnecting)
//
// SHOP_URL, SHOP_EMAIL and SHOP_PASSWORD name another shop, another customer.
import { createClient } from 'graphql-ws';

const { SHOP_URL = 'http://127.0.0.1:8000', SHOP_EMAIL, SHOP_PASSWORD } = process.env;
const who = { email: SHOP_EMAIL ?? 'customer@swapshop.test', password: SHOP_PASSWORD ?? 'swap-shop-demo' };
const shirt = { product: 'camisa', size: 'M', color: 'negro', quantity: 1, unitPrice: '10.00' };
const TOKENS = '{ ... on SignedIn { tokens { accessToken refreshToken } } ... on Refusal { message } }';
const LOGIN = `mutation ($who: LoginInput!) { login(input: $who) ${TOKENS} }`;
const REFRESH = `mutation ($token: String!) { refreshTokens(refreshToken: $token) ${TOKENS} }`;
const ORDER = `mutation ($order: CreateOrderInput!) {
  createOrder(input: $order) { ... on Order { id } ... on Refusal { message } } }`;
const FOLLOW = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { cursor order { number status version } } }`;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The one field of the answer. A lost answer is asked for again, which does nothing twice: see `idempotencyKey`. */
async function ask(query: string, variables: object, token?: string): Promise<any> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const request = { method: 'POST', headers, body: JSON.stringify({ query, variables }) };
  for (;;) {
    const answer: any = await fetch(`${SHOP_URL}/graphql`, request).then((response) => response.json(), () => wait(500));
    if (answer?.errors) throw new Error(answer.errors[0].message);
    const field: any = answer && Object.values(answer.data)[0];
    if (field?.message) throw new Error(field.message);
    if (field) return field;
  }
}

let { tokens } = await ask(LOGIN, { who });
const order = { idempotencyKey: crypto.randomUUID(), items: [{ custom: shirt }] }; // the key is made once
const { id } = await ask(ORDER, { order }, tokens.accessToken);

let refused = false;
const client = createClient({
  url: `${SHOP_URL.replace(/^http/, 'ws')}/graphql`,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  async connectionParams() {
    if (refused) ({ tokens } = await ask(REFRESH, { token: tokens.refreshToken }));
    return { authorization: `Bearer ${tokens.accessToken}` };
  },
  on: { closed: (event) => { refused = (event as CloseEvent).code === 4403; } }, // the access token has expired
});

let cursor: string | undefined; // where to go on after a loss: the client reads `after` anew each time it reconnects
const variables = { id, get after() { return cursor; } };
for await (const { data, errors } of client.iterate<any>({ query: FOLLOW, variables })) {
  if (errors) throw new Error(errors[0].message);
  cursor = data!.orderUpdated.cursor;
  const seen = data!.orderUpdated.order;
  if (seen) console.log(seen.number, seen.status, `version ${seen.version}`);
  if (seen?.status === 'PROCESSED') break;
}
await client.dispose();
