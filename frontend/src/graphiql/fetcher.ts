// How operations get to the shop: queries and mutations by POST, subscriptions on a websocket of the same user.
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { createClient, type Client } from 'graphql-ws';
import { authorization, onChange, who, type Who } from './session';

const ADDRESS = '/graphql';
type Headers = Record<string, string>;

/** With the tab's own headers, and with who is signed in unless they say that themselves. */
export const fetcher: Fetcher = (params, opts) => {
  const own = lowered(opts?.headers ?? {});
  const ours = authorization();
  const headers = { ...(ours && { authorization: ours }), ...own };
  const wsClient = own['authorization'] ? clientOf(own['authorization']) : clientOf(who());
  return createGraphiQLFetcher({ url: ADDRESS, enableIncrementalDelivery: false, wsClient })(params, { ...opts, headers });
};

function lowered(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
}

/** One for each user after the other: what the one before follows goes on, on a socket of its own. */
let last: { of: Who | string | null; client: Client } | undefined;

function clientOf(of: Who | string | null): Client {
  if (last?.of !== of) last = { of, client: made(of) };
  return last.client;
}

function made(of: Who | string | null): Client {
  let open: WebSocket | null = null;
  const bearer = () => (typeof of === 'string' ? of : of && of === who() ? authorization() : undefined);
  onChange(() => {
    const text = bearer(); // the next token of the same session: its socket lives on with that
    if (text && open?.readyState === WebSocket.OPEN)
      open.send(JSON.stringify({ type: 'ping', payload: { authorization: text } }));
  });
  return createClient({
    url: `${location.origin.replace(/^http/, 'ws')}${ADDRESS}`,
    connectionParams: () => {
      const text = bearer();
      return text ? { authorization: text } : {};
    },
    on: { connected: (socket) => (open = socket as WebSocket), closed: () => (open = null) },
  });
}
