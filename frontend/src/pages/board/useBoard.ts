// The board of some filters: followed from before it is read, so that no card is missed in between.
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { ResultOf } from '@graphql-typed-document-node/core';
import { useClient, type CombinedError } from 'urql';
import type { OrderFilter, OrderStatus } from '../../gql/graphql';
import { useFollow } from '../../lib/live/useFollow';
import { STATUSES, changed, columnsOf, emptyBoard, type Board, type Change } from './columns';
import { BoardChanged, BoardPage } from './documents';
import { fits } from './filter';
import { whileMoving } from './moving';

export type Card = NonNullable<ResultOf<typeof BoardChanged>['ordersUpdated']['order']>;

const PATIENCE = 400;
const FRESH = 2_000;

export function useBoard(filter: OrderFilter) {
  const client = useClient();
  const [board, change] = useReducer(changed<Card>, emptyBoard as Board<Card>);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<CombinedError | null>(null);
  const [news, setNews] = useState(0);
  const begun = useRef(false);
  const reading = useRef(new Set<OrderStatus>());

  const read = useCallback(
    async (status: OrderStatus, after: string | null = null) => {
      if (reading.current.has(status)) return;
      reading.current.add(status);
      const variables = { filter: { ...filter, status: [status] }, after };
      const { data, error: fault } = await client.query(BoardPage, variables, { requestPolicy: 'network-only' });
      reading.current.delete(status);
      if (!data) return setError(fault ?? null);
      setError(null);
      const { edges, pageInfo } = data.orders;
      const reach = { after: pageInfo.endCursor ?? after, whole: !pageInfo.hasNextPage };
      change({ type: 'read', status, cards: edges.map(({ node }) => node), reach });
    },
    [client, filter],
  );

  const begin = useCallback(() => {
    begun.current = true;
    setNews((count) => count + 1);
    STATUSES.forEach((status) => void read(status));
  }, [read]);
  useEffect(() => {
    const timer = setTimeout(() => !begun.current && begin(), PATIENCE);
    return () => clearTimeout(timer);
  }, [begin]);

  function happened(card: Card) {
    whileMoving(card.id, board.cards.get(card.id)?.status !== card.status, () => {
      change({ type: 'happened', card, fits: fits(filter, card) } satisfies Change<Card>);
      setFresh((before) => new Set(before).add(card.id));
    });
    setTimeout(() => setFresh((before) => new Set([...before].filter((id) => id !== card.id))), FRESH);
    setNews((count) => count + 1);
  }

  useFollow({
    document: BoardChanged,
    variables: { filter },
    onMessage: ({ ordersUpdated: { order } }) => order && happened(order),
    onBegin: begin,
  });

  const columns = useMemo(() => columnsOf(board), [board]);
  const more = useCallback((status: OrderStatus) => void read(status, board.reach[status]?.after ?? null), [read, board.reach]);
  return { columns, reach: board.reach, fresh, error, news, more, again: begin };
}
