// How many there are at first, region by region.
import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { useT } from '../../i18n/translate';
import type { FieldErrors } from '../../lib/refusals/issues';
import { Button, IconButton } from '../../ui/Button';
import { Choices } from '../../ui/Choice';
import { Field } from '../../ui/Field';
import type { StockRow } from './form';

type Props = { rows: StockRow[]; regions: string[]; onChange: (rows: StockRow[]) => void; errors: FieldErrors };

export function StockRows({ rows, regions, onChange, errors }: Props) {
  const t = useT();
  const id = useId();
  const set = (at: number, part: Partial<StockRow>) => onChange(rows.map((row, place) => (place === at ? { ...row, ...part } : row)));
  const left = regions.find((region) => !rows.some((row) => row.region === region)) ?? '';
  return (
    <Choices legend={t('catalogue.stock')} error={errors['stock']} className="grid gap-3">
      <datalist id={id}>
        {regions.map((region) => (
          <option key={region} value={region} />
        ))}
      </datalist>
      {rows.map((row, place) => (
        <div key={place} className="flex max-w-md items-start gap-3">
          <Field label={t('catalogue.region')} list={id} value={row.region} error={errors[`stock.${place}.region`]} onChange={(event) => set(place, { region: event.target.value })} className="min-w-0 flex-1" />
          <Field label={t('catalogue.quantity')} inputMode="numeric" value={row.quantity} error={errors[`stock.${place}.quantity`]} onChange={(event) => set(place, { quantity: event.target.value })} className="w-24" />
          <IconButton label={t('app.remove', { what: row.region || t('catalogue.region') })} disabled={rows.length < 2} onClick={() => onChange(rows.filter((_, at) => at !== place))} className="mt-7 disabled:invisible">
            <X className="size-4" aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button small className="justify-self-start" onClick={() => onChange([...rows, { region: left, quantity: '0' }])}>
        <Plus className="size-4" aria-hidden />
        {t('catalogue.region.add')}
      </Button>
    </Choices>
  );
}
