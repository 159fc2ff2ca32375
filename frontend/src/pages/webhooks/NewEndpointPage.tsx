import { useState } from 'react';
import { useClient, useMutation } from 'urql';
import { useLocation } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { Page } from '../../ui/Page';
import { EndpointFields } from './EndpointFields';
import { EMPTY, createInput } from './form';
import { issued } from './issued';
import { CreateEndpoint } from './mutations';

const Oldest = graphql(`
  query Oldest {
    events(first: 1) {
      oldest
    }
  }
`);

const PLACES = { UrlRejected: 'url', DocumentInvalid: 'document', CURSOR_INVALID: 'startFrom', CURSOR_EXPIRED: 'startFrom' };

export default function NewEndpointPage() {
  const t = useT();
  const client = useClient();
  const [, go] = useLocation();
  const [form, setForm] = useState(EMPTY);
  const [{ fetching }, create] = useMutation(CreateEndpoint);
  const { said, general, fields } = useFormRefusals(PLACES);

  async function save() {
    const { data: log, error: fault } = form.start === 'oldest' ? await client.query(Oldest, {}, { requestPolicy: 'network-only' }) : {};
    if (fault) return said({ error: fault });
    const { data, error } = await create({ input: createInput(form, log?.events.oldest ?? null) });
    const result = data?.createWebhookEndpoint;
    if (result?.__typename !== 'WebhookSecretIssued') return said({ refusal: result, error });
    issued.set({ endpointId: result.endpoint.id, secret: result.secret });
    go(`/webhooks/${result.endpoint.id}`);
  }

  return (
    <Page title={t('webhooks.new')} width="wide">
      <EndpointFields isNew form={form} onChange={setForm} onSave={() => void save()} onCancel={() => go('/webhooks')} busy={fetching} general={general} errors={fields} action={t('webhooks.create')} />
    </Page>
  );
}
