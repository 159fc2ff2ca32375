// Changing an endpoint. When somebody else was quicker, what they made of it is shown before it is changed again.
import { useState } from 'react';
import { useClient, useMutation } from 'urql';
import type { EndpointSettingsFragment } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { toast } from '../../ui/toasts';
import { EndpointFields } from './EndpointFields';
import { formOf, updateInput } from './form';
import { UpdateEndpoint } from './mutations';

const EndpointNow = graphql(`
  query EndpointNow($id: ID!) {
    webhookEndpoint(id: $id) {
      id
      ...EndpointSettings
    }
  }
`);

export function EditEndpoint({ endpoint, onDone }: { endpoint: EndpointSettingsFragment; onDone: () => void }) {
  const t = useT();
  const client = useClient();
  const [known, setKnown] = useState(endpoint);
  const [form, setForm] = useState(() => formOf(endpoint));
  const [{ fetching }, update] = useMutation(UpdateEndpoint);
  const { said, general, fields } = useFormRefusals({ UrlRejected: 'url', DocumentInvalid: 'document' });
  if (known.version < endpoint.version) {
    setKnown(endpoint);
    setForm(formOf(endpoint));
  }

  async function save() {
    const { data, error } = await update({ input: updateInput(form, known) });
    const result = data?.updateWebhookEndpoint;
    if (result?.__typename === 'WebhookEndpoint') {
      toast(t('webhooks.saved'), 'good');
      return onDone();
    }
    said({ refusal: result, error });
    if (result?.__typename === 'VersionConflict') await client.query(EndpointNow, { id: known.id }, { requestPolicy: 'network-only' });
  }

  return <EndpointFields form={form} onChange={setForm} onSave={() => void save()} onCancel={onDone} busy={fetching} general={general} errors={fields} action={t('app.save')} />;
}
