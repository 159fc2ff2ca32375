// The document that shapes the bodies, and what would be sent with it: asked for while it is typed.
import { useState } from 'react';
import { useQuery, type CombinedError } from 'urql';
import type { EventType } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useRested } from '../../lib/resting';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Select, TextArea } from '../../ui/Field';
import { codeOf, faultText } from '../../ui/Fault';
import { TYPES, wireName } from './types';

const Preview = graphql(`
  query Preview($document: String!, $type: EventType!) {
    webhookPreview(document: $document, type: $type)
  }
`);
const EXAMPLE = `subscription {
  ordersUpdated {
    order {
      number
      status
      total { amount currency }
      items { product quantity }
    }
  }
}`;

type Props = { document: string; types: EventType[]; onChange: (document: string) => void; error: string | undefined };

export function DocumentEditor({ document, types, onChange, error }: Props) {
  const t = useT();
  const [wished, setWished] = useState<EventType>('ORDER_READY');
  const offered = types.length ? types : TYPES;
  const type = offered.includes(wished) ? wished : (offered[0] ?? wished);
  return (
    <Card className="grid gap-4 p-5">
      <TextArea
        label={t('webhooks.document')}
        hint={t('webhooks.document.hint')}
        value={document}
        error={error}
        rows={11}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
        className="[&_textarea]:font-mono [&_textarea]:text-xs [&_textarea]:leading-5"
      />
      {!document.trim() && (
        <Button small className="justify-self-start" onClick={() => onChange(EXAMPLE)}>
          {t('webhooks.document.example')}
        </Button>
      )}
      <div className="flex items-end justify-between gap-3">
        <h2 className="text-sm font-medium">{t('webhooks.preview')}</h2>
        <Select hideLabel label={t('webhooks.preview.of')} value={type} onChange={(event) => setWished(event.target.value as EventType)}>
          {offered.map((one) => (
            <option key={one} value={one}>
              {wireName(one)}
            </option>
          ))}
        </Select>
      </div>
      <Body document={useRested(document.trim())} type={type} />
    </Card>
  );
}

function Body({ document, type }: { document: string; type: EventType }) {
  const t = useT();
  const [{ data, error, fetching }] = useQuery({ query: Preview, variables: { document, type }, pause: !document });
  const shown = document ? (data ? JSON.stringify(data.webhookPreview, null, 2) : '') : t('webhooks.preview.default');
  return (
    <div aria-live="polite" aria-busy={fetching} className="grid gap-2">
      {error && document && <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm wrap-anywhere text-warn">{said(error, t)}</p>}
      {!error && (
        <pre tabIndex={0} aria-label={t('webhooks.preview')} className="max-h-96 min-h-24 overflow-auto rounded-lg bg-raised p-3 font-mono text-xs leading-5 whitespace-pre-wrap">
          {shown}
        </pre>
      )}
    </div>
  );
}

/** What is wrong with the document only the shop can say. */
function said(error: CombinedError, t: ReturnType<typeof useT>): string {
  return codeOf(error) === 'BAD_USER_INPUT' ? (error.graphQLErrors[0]?.message ?? '') : faultText(t, error);
}
