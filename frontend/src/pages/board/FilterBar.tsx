// What the board is narrowed to. Words are taken when the typing rests.
import { Search, SlidersHorizontal, X } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { Button, IconButton } from '../../ui/Button';
import { Field, Select } from '../../ui/Field';
import { CustomerPicker } from './CustomerPicker';
import { PAYMENT_STATES, addressOf, type Filters } from './filter';

const REST = 300;
type Props = { filters: Filters; onChange: (next: Filters) => void };

export function FilterBar({ filters, onChange }: Props) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const set = (name: keyof Filters, value: string) => onChange({ ...filters, [name]: value || undefined });
  return (
    <form role="search" aria-label={t('board.filters')} onSubmit={(event) => event.preventDefault()} className="flex flex-wrap items-center gap-2">
      <Words value={filters.search ?? ''} onChange={(value) => set('search', value)} />
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
        <Button look="quiet" small onClick={() => onChange({})}>
          <X className="size-4" aria-hidden />
          {t('board.clear')}
        </Button>
      )}
    </form>
  );
}

function Words({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const take = useEffectEvent(() => typed.trim() !== value && onChange(typed.trim()));
  useEffect(() => {
    const timer = setTimeout(take, REST);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative max-sm:flex-1">
      <Search className="pointer-events-none absolute top-1/2 left-3 z-10 size-4 -translate-y-1/2 text-muted" aria-hidden />
      <Field hideLabel label={t('board.search')} placeholder={t('board.search')} type="search" value={typed} maxLength={100} onChange={(event) => setTyped(event.target.value)} className="[&_input]:pl-9" />
    </div>
  );
}
