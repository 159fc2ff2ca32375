import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { Button, LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { EndpointCard } from './EndpointCard';

const Endpoints = graphql(`
  query Endpoints($first: Int!) {
    webhookEndpoints(first: $first) {
      edges {
        node {
          id
          ...EndpointCard
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);
const PART = 20;
const MOST = 100;

export default function WebhooksPage() {
  const t = useT();
  const [first, setFirst] = useState(PART);
  const [{ data, error, fetching }, again] = useQuery({ query: Endpoints, variables: { first }, requestPolicy: 'cache-and-network' });
  const endpoints = data?.webhookEndpoints.edges ?? [];
  const create = (
    <LinkButton href="/webhooks/new" look="primary">
      <Plus className="size-4" aria-hidden />
      {t('webhooks.new')}
    </LinkButton>
  );
  return (
    <Page title={t('webhooks.title')} intro={t('webhooks.intro')} actions={create}>
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {data && endpoints.length === 0 && <EmptyState icon={Webhook} title={t('webhooks.none')}>{t('webhooks.none.hint')}</EmptyState>}
      <ul className="grid gap-3">
        {fetching && !data && <Skeletons className="h-24" />}
        {endpoints.map(({ node }) => (
          <li key={node.id}>
            <EndpointCard of={node} />
          </li>
        ))}
      </ul>
      {data?.webhookEndpoints.pageInfo.hasNextPage && first < MOST && (
        <Button className="justify-self-center" busy={fetching} onClick={() => setFirst(first + PART)}>
          {t('app.more')}
        </Button>
      )}
    </Page>
  );
}
