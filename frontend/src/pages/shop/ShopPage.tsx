import { PackageOpen } from 'lucide-react';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { useViewer } from '../../lib/session/viewer';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { ProductCard } from './ProductCard';

const Articles = graphql(`
  query Articles($filter: ProductFilter, $after: String) {
    products(filter: $filter, first: 24, after: $after) {
      edges {
        node {
          id
          ...ProductCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const StockChanged = graphql(`
  subscription StockChanged($productIds: [ID!], $after: Cursor) {
    stockChanged(productIds: $productIds, after: $after) {
      cursor
      product {
        id
        ...ProductCard
      }
    }
  }
`);

export default function ShopPage() {
  const t = useT();
  const viewer = useViewer();
  const [{ data, error, fetching }, again] = useLive({
    query: Articles,
    variables: {},
    follow: { document: StockChanged, variables: {} },
    still: !viewer,
  });
  return (
    <Page title={t('shop.title')}>
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {data?.products.edges.length === 0 && <EmptyState icon={PackageOpen} title={t('shop.empty')} />}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4">
        {fetching && !data && <Skeletons count={6} className="h-72" />}
        {data?.products.edges.map(({ node }) => (
          <li key={node.id}>
            <ProductCard of={node} />
          </li>
        ))}
      </ul>
    </Page>
  );
}
