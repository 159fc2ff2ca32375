// The client of one viewer: whoever signs in or out is given a new one, and nothing of the old is left.
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { follow } from '../live/follow';
import { openSocket } from '../live/socket';
import { ENDPOINT } from '../session/post';
import { shopFetch } from '../session/fetch';
import { graphCache } from './cache';
import { newestExchange } from './newest';
import { wellFormedExchange } from './wellFormed';

export type Shop = { client: Client; close: () => void };

export function openShop(): Shop {
  const socket = openSocket();
  const client = new Client({
    url: ENDPOINT,
    fetch: shopFetch,
    preferGetMethod: false,
    exchanges: [
      wellFormedExchange,
      graphCache(),
      newestExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: follow(socket.client, { query: query ?? '', variables: variables as Record<string, unknown> }, sink),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
  return { client, close: socket.close };
}
