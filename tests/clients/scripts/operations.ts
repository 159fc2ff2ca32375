// Signs in over the socket of nobody, then asks, changes and follows over one of its own.
import { connected, once, say } from './shop.ts';

const nobody = connected({});
const register = `mutation ($input: RegisterInput!) {
  register(input: $input) { ... on SignedIn { tokens { accessToken } } ... on Refusal { message } } }`;
const input = { name: 'Ana', email: process.env.EMAIL, password: 'correct horse battery' };
const { data } = await once(nobody, { query: register, variables: { input } });
await nobody.dispose();

const client = connected({ connectionParams: { authorization: `Bearer ${data.register.tokens.accessToken}` } });
say({ query: (await once(client, { query: '{ me { name } }' })).data });

const createOrder = `mutation ($input: CreateOrderInput!) {
  createOrder(input: $input) { __typename ... on Order { id total { amount } } ... on InvalidInput { message } } }`;
const custom = { product: 'camisa', quantity: 2, unitPrice: '10.00' };
const placed = (await once(client, { query: createOrder, variables: { input: { items: [{ custom }] } } })).data;
say({ mutation: placed });
const free = { input: { items: [{ custom: { ...custom, unitPrice: '0.00' } }] } };
say({ refusal: (await once(client, { query: createOrder, variables: free })).data });

const orderUpdated = 'subscription ($id: ID!) { orderUpdated(id: $id) { cursor order { status } } }';
for await (const message of client.iterate({ query: orderUpdated, variables: { id: placed.createOrder.id } })) {
  const { cursor, order } = (message.data as any).orderUpdated;
  say({ subscription: order?.status ?? null, cursor });
  if (order?.status === 'PROCESSED') break;
}

const mistakes = {
  unknown: { query: orderUpdated, variables: { id: '01997bc9-d45b-7000-8000-00000000000a' } },
  invalid: { query: '{ nothing }' },
  unreadable: { query: '{ me ' },
  forbidden: { query: '{ system { openSockets } }' },
};
for (const [name, payload] of Object.entries(mistakes)) {
  // Before execution it is an `error` message, which the client rejects with; from a field it is in the result.
  const errors = await once(client, payload).then((result) => result.errors, (rejected) => rejected);
  say({ mistake: name, code: errors[0].extensions.code });
}
await client.dispose();
