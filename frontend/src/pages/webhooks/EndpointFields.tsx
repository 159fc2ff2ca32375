// The fields of an endpoint: at the left what it is, at the right the bodies that it is sent.
import type { SubmitEvent } from 'react';
import { useT } from '../../i18n/translate';
import type { FieldErrors } from '../../lib/refusals/issues';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Choice, Choices } from '../../ui/Choice';
import { Field } from '../../ui/Field';
import { DocumentEditor } from './DocumentEditor';
import type { EndpointForm } from './form';
import { StartChoice } from './StartChoice';
import { TypeChoices } from './TypeChoices';

type Props = {
  form: EndpointForm;
  onChange: (next: EndpointForm) => void;
  onSave: () => void;
  onCancel: () => void;
  busy: boolean;
  general: string | null;
  errors: FieldErrors;
  action: string;
  isNew?: boolean;
};

export function EndpointFields({ form, onChange, onSave, onCancel, busy, general, errors, action, isNew = false }: Props) {
  const t = useT();
  const set = (part: Partial<EndpointForm>) => onChange({ ...form, ...part });
  function send(event: SubmitEvent) {
    event.preventDefault();
    if (!busy) onSave();
  }
  return (
    <form onSubmit={send} noValidate className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2">
      <Card className="grid gap-5 p-5">
        {general && <Alert>{general}</Alert>}
        <Field label={t('webhooks.name')} value={form.name} required error={errors['name']} onChange={(event) => set({ name: event.target.value })} />
        <Field label={t('webhooks.url')} hint={t('webhooks.url.hint')} type="url" inputMode="url" placeholder="https://" value={form.url} required error={errors['url']} onChange={(event) => set({ url: event.target.value })} />
        <TypeChoices chosen={form.types} onChange={(types) => set({ types })} error={errors['types']} />
        <Choices legend={t('webhooks.ordering')} className="grid gap-2">
          {(['NONE', 'PER_SUBJECT'] as const).map((ordering) => (
            <Choice key={ordering} type="radio" name="ordering" checked={form.ordering === ordering} onChange={() => set({ ordering })} label={t(`webhooks.ordering.${ordering}`)} detail={t(`webhooks.ordering.${ordering}.hint`)} />
          ))}
        </Choices>
        <Field label={t('webhooks.maxInFlight')} hint={t('webhooks.maxInFlight.hint')} type="number" min={1} max={64} value={form.maxInFlight} error={errors['maxInFlight']} onChange={(event) => set({ maxInFlight: event.target.value })} className="max-w-56" />
        {isNew && <StartChoice form={form} onChange={set} error={errors['startFrom']} />}
      </Card>
      <DocumentEditor document={form.document} types={form.types} onChange={(document) => set({ document })} error={errors['document']} />
      <div className="flex gap-2 xl:col-span-2">
        <Button type="submit" look="primary" busy={busy}>
          {action}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
