// Asks, changes and makes mistakes over server-sent events; then follows the log until the test has seen enough,
// through every loss of the connection.
import { createClient, type RequestParams } from 'graphql-sse';
import { say } from './shop.ts';

const client = createClient({
  url: `${process.env.SHOP_URL}/graphql`,
  headers: () => ({ authorization: `Bearer ${process.env.TOKEN}` }),
  retryAttempts: Infinity,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { connected: (again) => say({ connected: again }) },
});

/** The one result of an operation that has one. */
async function once(request: RequestParams): Promise<any> {
  for await (const result of client.iterate(request)) return result;
}

say({ query: (await once({ query: '{ me { name } }' })).data });
const createOrder = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }';
const custom = { product: 'camisa', quantity: 2, unitPrice: '10.00' };
say({ mutation: (await once({ query: createOrder, variables: { input: { items: [{ custom }] } } })).data });
const mistakes = {
  invalid: { query: 'subscription { nothing }' },
  unknown: { query: 'subscription { orderUpdated(id: "01997bc9-d45b-7000-8000-00000000000a") { cursor } }' },
  cursor: { query: 'subscription { events(after: "garbage") { cursor } }' },
};
for (const [name, request] of Object.entries(mistakes)) {
  say({ mistake: name, code: (await once(request)).errors[0].extensions.code });
}

let cursor: string | undefined;
const query = 'subscription ($after: Cursor) { events(after: $after) { cursor event { id } } }';
// The client sends the same request each time it connects: as a getter, `after` is the newest cursor each time.
const variables = { get after() { return cursor; } };
for await (const { data } of client.iterate({ query, variables })) {
  const { event, ...message } = (data as any).events;
  cursor = message.cursor;
  say(event ? { event: event.id } : { progress: cursor });
}
