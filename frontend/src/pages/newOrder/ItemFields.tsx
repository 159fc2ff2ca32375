// One item of the list.
import { Trash2 } from 'lucide-react';
import { useT } from '../../i18n/translate';
import type { FieldErrors } from '../../lib/refusals/issues';
import { IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import type { Item } from './items';

type Props = { item: Item; number: number; errors: FieldErrors; onChange: (item: Item) => void; onRemove: (() => void) | undefined };

export function ItemFields({ item, number, errors, onChange, onRemove }: Props) {
  const t = useT();
  const bind = (name: Exclude<keyof Item, 'id'>, field: string = name) => ({
    value: item[name],
    onChange: (event: { target: HTMLInputElement }) => onChange({ ...item, [name]: event.target.value }),
    error: errors[`items.${number - 1}.custom.${field}`],
  });
  return (
    <fieldset className="grid grid-cols-6 items-start gap-3 py-5 md:grid-cols-[minmax(0,3fr)_minmax(0,1fr)_minmax(0,1.3fr)_5rem_7rem_2.25rem]">
      <legend className="sr-only">{t('new.item', { count: number })}</legend>
      <Field className="col-span-6 md:col-span-1" label={t('new.product')} required {...bind('product')} />
      <Field className="col-span-3 md:col-span-1" label={t('article.size')} {...bind('size')} />
      <Field className="col-span-3 md:col-span-1" label={t('article.color')} {...bind('color')} />
      <Field className="col-span-2 md:col-span-1" label={t('new.quantity')} inputMode="numeric" required {...bind('quantity')} />
      <Field className="col-span-3 md:col-span-1" label={t('new.price')} inputMode="decimal" placeholder="0.00" required {...bind('price', 'unitPrice')} />
      <div className="pt-[1.65rem]">
        {onRemove && (
          <IconButton label={t('new.remove', { count: number })} onClick={onRemove}>
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        )}
      </div>
    </fieldset>
  );
}
