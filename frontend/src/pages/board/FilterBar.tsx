// What the board is narrowed to.
import { SlidersHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { Button, IconButton } from '../../ui/Button';
import { Field, Select } from '../../ui/Field';
import { SearchField } from '../../ui/SearchField';
import { CustomerPicker } from './CustomerPicker';
import { NAMES, PAYMENT_STATES, addressOf, type Filters } from './filter';

const NOTHING: Filters = Object.fromEntries(NAMES.map((name) => [name, '']));
type Props = { filters: Filters; onChange: (changes: Filters) => void };

export function FilterBar({ filters, onChange }: Props) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const set = (name: keyof Filters, value: string) => onChange({ [name]: value });
  return (
    <form role="search" aria-label={t('board.filters')} onSubmit={(event) => event.preventDefault()} className="flex flex-wrap items-center gap-2">
      <SearchField label={t('board.search')} value={filters.search ?? ''} onValue={(value) => set('search', value)} className="max-sm:flex-1" />
      <IconButton label={t('board.filters')} aria-expanded={open} onClick={() => setOpen(!open)} className="sm:hidden">
        <SlidersHorizontal className="size-4" aria-hidden />
      </IconButton>
      <div className={cx('flex flex-wrap items-center gap-2 max-sm:w-full', !open && 'max-sm:hidden')}>
      <CustomerPicker value={filters.customer} onChange={(value) => set('customer', value)} />
      <Select hideLabel label={t('board.payment')} value={filters.payment ?? ''} onChange={(event) => set('payment', event.target.value)} className="max-sm:flex-1">
        <option value="">{t('board.payment.any')}</option>
        {PAYMENT_STATES.map((state) => (
          <option key={state} value={state}>
            {t(`payment.${state}`)}
          </option>
        ))}
      </Select>
      <div className="flex items-center gap-1.5 text-sm text-muted max-sm:w-full">
        <Field hideLabel label={t('board.from')} type="date" value={filters.from ?? ''} max={filters.to} onChange={(event) => set('from', event.target.value)} className="max-sm:flex-1" />
        <span aria-hidden>–</span>
        <Field hideLabel label={t('board.to')} type="date" value={filters.to ?? ''} min={filters.from} onChange={(event) => set('to', event.target.value)} className="max-sm:flex-1" />
      </div>
      </div>
      {addressOf(filters) && (
        <Button look="quiet" small onClick={() => onChange(NOTHING)}>
          <X className="size-4" aria-hidden />
          {t('board.clear')}
        </Button>
      )}
    </form>
  );
}
