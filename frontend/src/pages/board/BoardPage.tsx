import { useEffect, useMemo } from 'react';
import { useT } from '../../i18n/translate';
import { useParameters } from '../../lib/address';
import { Columns } from './Columns';
import { FilterBar } from './FilterBar';
import { addressOf, filtersOf, orderFilter } from './filter';

export default function BoardPage() {
  const t = useT();
  const title = t('board.title');
  const [params, setParams] = useParameters();
  const filters = filtersOf(params);
  const address = addressOf(filters);
  const filter = useMemo(() => orderFilter(filtersOf(address)), [address]);
  useEffect(() => {
    document.title = `${title} · Swap Shop`;
  }, [title]);
  return (
    <div className="flex h-[calc(100dvh-3.5rem)] min-h-112 flex-col gap-4 px-4 pt-5 pb-3 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight">
          {title}
        </h1>
        <FilterBar filters={filters} onChange={setParams} />
      </div>
      <Columns key={address} filter={filter} />
    </div>
  );
}
