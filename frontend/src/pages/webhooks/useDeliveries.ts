// The log of an endpoint, live: each attempt is told, and what was missed while the connection was lost is read again.
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useQuery } from 'urql';
import type { DeliveryStatus } from '../../gql/graphql';
import { graphql } from '../../lib/graphql';
import { useConnection } from '../../lib/live/connection';
import { useFollow } from '../../lib/live/useFollow';
import './delivery';

const Deliveries = graphql(`
  query Deliveries($id: ID!, $status: [DeliveryStatus!], $first: Int!) {
    webhookEndpoint(id: $id) {
      id
      deliveries(status: $status, first: $first) {
        edges {
          node {
            id
            ...DeliveryLine
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`);

const DeliveryUpdated = graphql(`
  subscription DeliveryUpdated($id: ID!) {
    webhookDeliveryUpdated(endpointId: $id) {
      id
      ...DeliveryLine
    }
  }
`);

const REST = 400;

export function useDeliveries(id: string, status: DeliveryStatus | null, first: number, onNews: () => void) {
  const [{ data, error, fetching }, read] = useQuery({
    query: Deliveries,
    variables: { id, status: status && [status], first },
    requestPolicy: 'cache-and-network',
  });
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useEffectEvent(() => {
    due.current = undefined;
    read({ requestPolicy: 'network-only' });
    onNews();
  });
  const [news, setNews] = useState(0);
  useEffect(() => {
    if (news > 0) due.current ??= setTimeout(latest, REST);
  }, [news]);
  const soon = () => setNews((count) => count + 1);
  useFollow({ document: DeliveryUpdated, variables: { id }, onMessage: soon });
  const { phase } = useConnection();
  const was = useRef(phase);
  useEffect(() => {
    if (phase === 'connected' && was.current !== 'connected') latest();
    was.current = phase;
  }, [phase]);
  useEffect(() => () => clearTimeout(due.current), []);
  const retry = () => read({ requestPolicy: 'network-only' });
  return { deliveries: data?.webhookEndpoint?.deliveries, error, fetching, retry, soon };
}
