// What the scripts have in common: where the shop is, how to ask it, and how to tell the test what came.
import { createClient, type Client, type ClientOptions, type SubscribePayload } from 'graphql-ws';
import { WebSocket as Ws } from 'ws';

const url = process.env.SHOP_URL ?? '';

/** A client of npm's graphql-ws, over npm's ws or over Node's own WebSocket. */
export function connected(options: Partial<ClientOptions>): Client {
  const webSocketImpl = process.env.IMPLEMENTATION === 'ws' ? Ws : WebSocket;
  return createClient({ url: url.replace(/^http/, 'ws') + '/graphql', webSocketImpl, ...options });
}

/** The one result of a query or a mutation. */
export async function once(client: Client, payload: SubscribePayload): Promise<any> {
  for await (const result of client.iterate(payload)) return result;
}

/** A result over HTTP. */
export async function post(query: string, variables: object): Promise<any> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

/** One line of JSON, which the test reads. */
export function say(thing: unknown): void {
  console.log(JSON.stringify(thing));
}
