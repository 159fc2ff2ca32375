// What is looked for: the words always, the rest when it is opened.
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/translate';
import { useParameters } from '../../lib/address';
import { useWriting } from '../../lib/resting';
import { Button } from '../../ui/Button';
import { Field, Select } from '../../ui/Field';
import { SearchField } from '../../ui/SearchField';
import { CONDITIONS, filtersOf, type FilterName } from './filters';

export function FilterBar({ categories }: { categories: string[] }) {
  const t = useT();
  const [params, setParams] = useParameters();
  const filters = filtersOf(params);
  const [open, setOpen] = useState(() => Object.keys(filters).some((name) => name !== 'search'));
  const set = (name: FilterName, value: string) => setParams({ [name]: value });
  const text = (name: FilterName) => ({ value: filters[name] ?? '', onValue: (value: string) => set(name, value) });
  return (
    <search className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label={t('shop.search')} {...text('search')} className="min-w-0 flex-1 basis-60" />
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

type Props = { label: string; value: string; onValue: (value: string) => void; inputMode?: 'decimal' };

function Waiting({ value, onValue, ...field }: Props) {
  const [written, write] = useWriting(value, onValue);
  return <Field {...field} maxLength={100} value={written} onChange={(event) => write(event.target.value)} />;
}
