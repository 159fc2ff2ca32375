// One endpoint with its figures; read again when somebody says that there is news.
import { useCallback } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../lib/graphql';
import './endpoint';
import './EndpointStats';

const EndpointDetail = graphql(`
  query EndpointDetail($id: ID!) {
    webhookEndpoint(id: $id) {
      id
      lag
      stats {
        ...EndpointStats
      }
      ...EndpointSettings
    }
  }
`);

export function useEndpoint(id: string) {
  const [{ data, error }, read] = useQuery({ query: EndpointDetail, variables: { id }, requestPolicy: 'cache-and-network' });
  const again = useCallback(() => read({ requestPolicy: 'network-only' }), [read]);
  return { endpoint: data?.webhookEndpoint, error, loaded: data !== undefined, again };
}
