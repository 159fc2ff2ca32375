// The fields of a card. What is typed here is in memory only, and goes to the shop once.
import { useT } from '../../i18n/translate';
import type { FieldErrors } from '../../lib/refusals/issues';
import { Field } from '../../ui/Field';
import type { PaymentForm } from './payment';

type Props = { form: PaymentForm; onChange: (form: PaymentForm) => void; errors: FieldErrors };

export function CardFields({ form, onChange, errors }: Props) {
  const t = useT();
  const bind = (name: 'number' | 'expiry' | 'cvc' | 'holder') => ({
    required: true,
    value: form[name],
    onChange: (event: { target: HTMLInputElement }) => onChange({ ...form, [name]: event.target.value }),
    error: errors[`card.${name}`],
  });
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field className="col-span-2" label={t('pay.number')} autoComplete="cc-number" inputMode="numeric" maxLength={30} {...bind('number')} />
      <Field label={t('pay.expiry')} placeholder={t('pay.expiry.form')} autoComplete="cc-exp" inputMode="numeric" maxLength={7} {...bind('expiry')} />
      <Field label={t('pay.cvc')} autoComplete="cc-csc" inputMode="numeric" maxLength={4} {...bind('cvc')} />
      <Field className="col-span-2" label={t('pay.holder')} autoComplete="cc-name" maxLength={100} {...bind('holder')} />
    </div>
  );
}
