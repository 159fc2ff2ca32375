import { PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/translate';
import { useParameters } from '../../lib/address';
import { useLive } from '../../lib/live/useFollow';
import { useViewer } from '../../lib/session/viewer';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { StockChanged } from '../article/stockChanged';
import { Articles, Cards, Shelf } from './Articles';
import { FilterBar } from './FilterBar';
import { filterOf, filtersOf } from './filters';

export default function ShopPage() {
  const t = useT();
  const viewer = useViewer();
  const [params] = useParameters();
  const filters = filtersOf(params);
  const filter = filterOf(filters);
  const [{ data, error, fetching }, again] = useLive({
    query: Articles,
    variables: { filter },
    follow: { document: StockChanged, variables: {} },
    still: !viewer,
  });
  const nodes = data?.products.edges.map(({ node }) => node) ?? [];
  const categories = useCategories([...nodes.map(({ category }) => category), filters.category ?? '']);
  return (
    <Page title={t('shop.title')} intro={data && t('shop.count', { count: data.products.totalCount })}>
      <FilterBar categories={categories} />
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {data && nodes.length === 0 && <EmptyState icon={PackageOpen} title={t('shop.empty')} />}
      {fetching && !data && (
        <Shelf>
          <Skeletons count={8} className="h-80" />
        </Shelf>
      )}
      {data && (
        <Shelf key={JSON.stringify(filter)}>
          <Cards of={data.products} filter={filter} />
        </Shelf>
      )}
    </Page>
  );
}

/** The categories that were seen so far: what is filtered away can still be chosen. */
function useCategories(found: string[]): string[] {
  const [known, setKnown] = useState<string[]>([]);
  const all = [...new Set([...known, ...found])].filter(Boolean).sort();
  if (all.length > known.length) setKnown(all);
  return all;
}
