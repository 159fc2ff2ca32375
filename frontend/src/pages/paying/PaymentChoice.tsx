// How an order is paid: the choice, and the fields that it needs.
import { Banknote, CircleSlash, CreditCard, Landmark } from 'lucide-react';
import type { PaymentKind, PaymentForm } from './payment';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import type { FieldErrors } from '../../lib/refusals/issues';
import { Field } from '../../ui/Field';
import { CardFields } from './CardFields';

const ICONS = { card: CreditCard, cash: Banknote, transfer: Landmark, none: CircleSlash };

type Props = { form: PaymentForm; onChange: (form: PaymentForm) => void; kinds: PaymentKind[]; errors: FieldErrors };

export function PaymentChoice({ form, onChange, kinds, errors }: Props) {
  const t = useT();
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-2 text-sm font-medium">{t('pay.how')}</legend>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))] gap-2">
        {kinds.map((kind) => (
          <Kind key={kind} kind={kind} chosen={form.kind === kind} onChoose={() => onChange({ ...form, kind })} />
        ))}
      </div>
      {form.kind === 'card' && <CardFields form={form} onChange={onChange} errors={errors} />}
      {form.kind === 'transfer' && (
        <Field
          label={t('pay.reference')}
          hint={t('pay.reference.hint')}
          required
          value={form.reference}
          onChange={(event) => onChange({ ...form, reference: event.target.value })}
          error={errors['payment.bankTransfer'] ?? errors['method.bankTransfer']}
        />
      )}
      {form.kind === 'cash' && <p className="text-sm text-muted">{t('pay.cash.hint')}</p>}
    </fieldset>
  );
}

function Kind({ kind, chosen, onChoose }: { kind: PaymentKind; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  const Icon = ICONS[kind];
  return (
    <label
      className={cx(
        'flex cursor-pointer items-center gap-2.5 rounded-lg border px-3 py-2.5 text-sm font-medium has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        chosen ? 'border-accent bg-accent-soft text-accent' : 'border-line hover:bg-raised',
      )}
    >
      <input type="radio" name="payment" className="sr-only" checked={chosen} onChange={onChoose} />
      <Icon className="size-4 shrink-0" aria-hidden />
      {t(`pay.${kind}`)}
    </label>
  );
}
