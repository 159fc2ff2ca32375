// Following a subscription from a component, and reading what it changes.
import { useEffect, useEffectEvent, useState } from 'react';
import { useClient, useQuery, type AnyVariables, type TypedDocumentNode, type UseQueryResponse } from 'urql';
import { pipe, subscribe } from 'wonka';
import { messageOf } from './follow';
import { useStore } from '../store';
import { connection } from './connection';
import { gaps } from './gaps';

type Follow<Data, Variables extends AnyVariables> = {
  document: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  pause?: boolean;
  /** Every message that carries something. */
  onMessage?: (data: Data) => void;
  /** The stream has begun anew: what is queried from now on, it does not miss. */
  onBegin?: () => void;
};

export function useFollow<Data, Variables extends AnyVariables>(wish: Follow<Data, Variables>): void {
  const client = useClient();
  const { document, variables, pause = false } = wish;
  const key = JSON.stringify(variables);
  const heard = useEffectEvent((data: Data, first: boolean) => {
    if (messageOf(data)?.carries !== false) wish.onMessage?.(data);
    if (first) wish.onBegin?.();
  });
  useEffect(() => {
    if (pause) return;
    let first = true;
    const { unsubscribe } = pipe(
      client.subscription(document, JSON.parse(key) as Variables),
      subscribe(({ data }) => {
        if (data) heard(data, first);
        first = false;
      }),
    );
    return unsubscribe;
  }, [client, document, key, pause]);
}

const PATIENCE = 400;

type Live<Data, Variables extends AnyVariables, Message, Wanted extends AnyVariables> = {
  query: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  follow: Omit<Follow<Message, Wanted>, 'onBegin' | 'pause'>;
  pause?: boolean;
  /** Nobody is signed in, say: then the page is read, and not followed. */
  still?: boolean;
};

/**
 * A query and the subscription that keeps it true: subscribed first, so that nothing is missed in between. When the
 * websocket takes its time the page is read at once, and again when the subscription has begun.
 */
export function useLive<Data, Variables extends AnyVariables, Message, Wanted extends AnyVariables>({
  query,
  variables,
  follow,
  pause = false,
  still = false,
}: Live<Data, Variables, Message, Wanted>): UseQueryResponse<Data, Variables> {
  const [begun, setBegun] = useState(still || connection.get().phase === 'offline');
  useEffect(() => {
    const timer = setTimeout(() => setBegun(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  const response = useQuery<Data, Variables>({
    query,
    variables,
    pause: pause || !begun,
    requestPolicy: 'cache-and-network',
  });
  const [, again] = response;
  useFollow({
    ...follow,
    pause: pause || still,
    onBegin: () => (begun ? again({ requestPolicy: 'network-only' }) : setBegun(true)),
  });
  const gap = useStore(gaps);
  const readAgain = useEffectEvent(() => again({ requestPolicy: 'network-only' }));
  useEffect(() => {
    if (gap) readAgain();
  }, [gap]);
  const waiting = !begun && !pause;
  return waiting ? [{ ...response[0], fetching: true }, response[1]] : response;
}
