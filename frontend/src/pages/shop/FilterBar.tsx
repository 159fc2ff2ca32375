// What is looked for: the words always, the rest when it is opened.
import { Search, SlidersHorizontal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useT } from '../../i18n/translate';
import { Button } from '../../ui/Button';
import { Field, Select } from '../../ui/Field';
import { CONDITIONS, changed, filtersOf, type FilterName } from './filters';

const PAUSE = 250;

export function FilterBar({ categories }: { categories: string[] }) {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const filters = filtersOf(params);
  const [open, setOpen] = useState(() => Object.keys(filters).some((name) => name !== 'search'));
  const set = (name: FilterName, value: string) => setParams((before) => changed(before, name, value), { replace: true });
  const text = (name: FilterName) => ({ value: filters[name] ?? '', onValue: (value: string) => set(name, value) });
  return (
    <search className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative min-w-0 flex-1 basis-60">
          <Search className="pointer-events-none absolute top-3 left-3 z-10 size-4 text-muted" aria-hidden />
          <Waiting hideLabel label={t('shop.search')} placeholder={t('shop.search')} type="search" inset {...text('search')} />
        </div>
        <Button aria-expanded={open} aria-controls="filters" onClick={() => setOpen(!open)}>
          <SlidersHorizontal className="size-4" aria-hidden />
          {t('shop.filters')}
        </Button>
      </div>
      <div id="filters" hidden={!open} className="rounded-xl border border-line bg-surface p-4 shadow-xs">
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
          <Select label={t('article.category')} value={filters.category ?? ''} onChange={(event) => set('category', event.target.value)}>
            <option value="">{t('shop.all')}</option>
            {categories.map((category) => (
              <option key={category}>{category}</option>
            ))}
          </Select>
          <Select label={t('article.condition')} value={filters.condition ?? ''} onChange={(event) => set('condition', event.target.value)}>
            <option value="">{t('shop.all')}</option>
            {CONDITIONS.map((condition) => (
              <option key={condition} value={condition}>
                {t(`condition.${condition}`)}
              </option>
            ))}
          </Select>
          <Waiting label={t('article.size')} {...text('size')} />
          <Waiting label={t('article.color')} {...text('color')} />
          <Waiting label={t('shop.min')} inputMode="decimal" {...text('min')} />
          <Waiting label={t('shop.max')} inputMode="decimal" {...text('max')} />
        </div>
        <label className="mt-4 flex w-fit items-center gap-2.5 text-sm">
          <input type="checkbox" className="size-4 accent-accent" checked={filters.available === 'yes'} onChange={(event) => set('available', event.target.checked ? 'yes' : '')} />
          {t('shop.onlyAvailable')}
        </label>
      </div>
    </search>
  );
}

type Props = { label: string; value: string; onValue: (value: string) => void; hideLabel?: boolean; placeholder?: string; type?: string; inputMode?: 'decimal'; inset?: boolean };

/** A field whose text counts when the writer pauses, and not with every letter. */
function Waiting({ value, onValue, inset, ...field }: Props) {
  const [own, setOwn] = useState({ written: value, from: value });
  const written = own.from === value ? own.written : value; // the address was changed by something else
  useEffect(() => {
    if (written === value) return;
    const timer = setTimeout(() => onValue(written), PAUSE);
    return () => clearTimeout(timer);
  });
  return (
    <Field {...field} className={inset ? '[&_input]:pl-9' : ''} maxLength={100} value={written} onChange={(event) => setOwn({ written: event.target.value, from: value })} />
  );
}
