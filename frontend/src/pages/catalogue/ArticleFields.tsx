// The fields of an article; what is wrong stands at each.
import { useT } from '../../i18n/translate';
import type { FieldErrors } from '../../lib/refusals/issues';
import { Field, Select, TextArea } from '../../ui/Field';
import { CONDITIONS, type ArticleForm } from './form';

type Props = { form: ArticleForm; onChange: (form: ArticleForm) => void; errors: FieldErrors; currency: string; fixedSku?: boolean };

export function ArticleFields({ form, onChange, errors, currency, fixedSku = false }: Props) {
  const t = useT();
  const field = (name: keyof ArticleForm) => ({
    name,
    label: t(`catalogue.field.${name}`),
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => onChange({ ...form, [name]: event.target.value }),
  });
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field {...field('name')} required className="sm:col-span-2" />
      <Field {...field('sku')} required disabled={fixedSku} hint={t('catalogue.field.sku.hint')} />
      <Field {...field('category')} required />
      <Field {...field('price')} label={t('catalogue.field.priceIn', { currency })} required inputMode="decimal" />
      <Select {...field('condition')}>
        {CONDITIONS.map((condition) => (
          <option key={condition} value={condition}>
            {t(`condition.${condition}`)}
          </option>
        ))}
      </Select>
      <Field {...field('size')} />
      <Field {...field('color')} />
      <TextArea {...field('description')} className="sm:col-span-2" />
      <Field {...field('imageUrl')} hint={t('catalogue.field.imageUrl.hint')} className="sm:col-span-2" />
    </div>
  );
}
