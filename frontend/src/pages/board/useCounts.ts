// How many orders each column has, with those that are not read yet. Counted again when something has happened, and
// then not more often than every second.
import { useEffect, useRef, useState } from 'react';
import type { ResultOf } from '@graphql-typed-document-node/core';
import { useClient } from 'urql';
import type { OrderFilter, OrderStatus } from '../../gql/graphql';
import { STATUSES } from './columns';
import { BoardCounts } from './documents';

const REST = 1_000;
export type Counts = Partial<Record<OrderStatus, number>>;

export function useCounts(filter: OrderFilter, news: number): Counts {
  const client = useClient();
  const [counts, setCounts] = useState<Counts>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (news === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(count, Math.max(0, last.current + REST - performance.now()));
    function count() {
      timer.current = undefined;
      last.current = performance.now();
      const each = (status: OrderStatus) => ({ ...filter, status: [status] });
      const [awaiting, pending, processed, completed, cancelled] = STATUSES.map(each) as [OrderFilter, OrderFilter, OrderFilter, OrderFilter, OrderFilter];
      const variables = { awaiting, pending, processed, completed, cancelled };
      void client.query(BoardCounts, variables, { requestPolicy: 'network-only' }).then(({ data }) => data && setCounts(countsOf(data)));
    }
  }, [client, filter, news]);
  return counts;
}

function countsOf(data: ResultOf<typeof BoardCounts>): Counts {
  return Object.fromEntries(STATUSES.map((status) => [status, data[status].totalCount]));
}
