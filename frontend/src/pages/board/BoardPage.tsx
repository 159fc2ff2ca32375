import { useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useT } from '../../i18n/translate';
import { Columns } from './Columns';
import { FilterBar } from './FilterBar';
import { addressOf, filtersOf, orderFilter, type Filters } from './filter';

export default function BoardPage() {
  const t = useT();
  const title = t('board.title');
  const [, go] = useLocation();
  const filters = filtersOf(useSearch());
  const address = addressOf(filters);
  const filter = useMemo(() => orderFilter(filtersOf(address)), [address]);
  const change = (next: Filters) => go(`/board?${addressOf(next)}`.replace(/\?$/, ''), { replace: true });
  useEffect(() => {
    document.title = `${title} · Swap Shop`;
  }, [title]);
  return (
    <div className="flex h-[calc(100dvh-3.5rem)] min-h-112 flex-col gap-4 px-4 pt-5 pb-3 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight">
          {title}
        </h1>
        <FilterBar filters={filters} onChange={change} />
      </div>
      <Columns key={address} filter={filter} />
    </div>
  );
}
