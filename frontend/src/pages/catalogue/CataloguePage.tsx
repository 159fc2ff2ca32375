import { Boxes, Plus } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { hasRole, useViewer } from '../../lib/session/viewer';
import { Button, LinkButton } from '../../ui/Button';
import { Choice } from '../../ui/Choice';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { SearchField } from '../../ui/SearchField';
import { Skeletons } from '../../ui/Skeleton';
import { Table } from '../../ui/Table';
import { ArticleStockChanged } from './article';
import { ArticleRow } from './ArticleRow';

const Catalogue = graphql(`
  query Catalogue($filter: ProductFilter!, $first: Int!) {
    products(filter: $filter, first: $first) {
      edges {
        node {
          id
          ...CatalogueArticle
        }
      }
      pageInfo {
        hasNextPage
      }
      totalCount
    }
  }
`);
const PART = 25;
const MOST = 100;

export default function CataloguePage() {
  const t = useT();
  const viewer = useViewer();
  const isAdmin = hasRole(viewer, 'ADMIN');
  const [search, setSearch] = useState('');
  const [everybody, setEverybody] = useState(!hasRole(viewer, 'SELLER'));
  const [first, setFirst] = useState(PART);
  const filter = { ...(search && { search }), ...(!(isAdmin && everybody) && { sellerId: viewer?.id }) };
  const [{ data, error, fetching }, again] = useLive({
    query: Catalogue,
    variables: { filter, first },
    follow: { document: ArticleStockChanged, variables: {} },
  });
  const articles = data?.products.edges ?? [];
  const create = (
    <LinkButton href="/catalogue/new" look="primary">
      <Plus className="size-4" aria-hidden />
      {t('catalogue.new')}
    </LinkButton>
  );
  return (
    <Page title={t('catalogue.title')} intro={data && t('catalogue.count', { count: data.products.totalCount })} actions={hasRole(viewer, 'SELLER') && create}>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <SearchField label={t('catalogue.search')} value={search} onValue={setSearch} className="w-full sm:w-80" />
        {isAdmin && <Choice checked={everybody} onChange={() => setEverybody(!everybody)} label={t('catalogue.everybody')} />}
      </div>
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {fetching && !data && <Skeletons className="h-14" />}
      {data && articles.length === 0 && <EmptyState icon={Boxes} title={t('catalogue.none')} />}
      {articles.length > 0 && (
        <Table label={t('catalogue.title')} head={[t('catalogue.article'), t('catalogue.price'), t('catalogue.available'), t('catalogue.stock'), t('catalogue.state')]}>
          {articles.map(({ node }) => (
            <ArticleRow key={node.id} of={node} />
          ))}
        </Table>
      )}
      {data?.products.pageInfo.hasNextPage && first < MOST && (
        <Button className="justify-self-center" busy={fetching} onClick={() => setFirst(first + PART)}>
          {t('app.more')}
        </Button>
      )}
    </Page>
  );
}
