// From where in the log a new endpoint is told.
import { useT } from '../../i18n/translate';
import { Choice, Choices } from '../../ui/Choice';
import { Field } from '../../ui/Field';
import type { EndpointForm } from './form';

type Props = { form: EndpointForm; onChange: (part: Partial<EndpointForm>) => void; error: string | undefined };

export function StartChoice({ form, onChange, error }: Props) {
  const t = useT();
  return (
    <>
      <Choices legend={t('webhooks.start')} className="grid gap-2">
        {(['now', 'oldest', 'cursor'] as const).map((start) => (
          <Choice key={start} type="radio" name="start" checked={form.start === start} onChange={() => onChange({ start })} label={t(`webhooks.start.${start}`)} />
        ))}
      </Choices>
      {form.start === 'cursor' && (
        <Field label={t('webhooks.cursor')} hint={t('webhooks.cursor.hint')} value={form.cursor} error={error} onChange={(event) => onChange({ cursor: event.target.value })} />
      )}
    </>
  );
}
