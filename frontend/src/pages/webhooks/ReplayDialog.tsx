// Sending a part of the log once more.
import { useState, type SubmitEvent } from 'react';
import { useMutation } from 'urql';
import type { EventType } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Choice, Choices } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { toast } from '../../ui/toasts';
import { TypeChoices } from './TypeChoices';

const Replay = graphql(`
  mutation Replay($input: ReplayWebhooksInput!) {
    replayWebhooks(input: $input) {
      __typename
      ... on WebhookReplayQueued {
        queued
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on Refusal {
        message
      }
    }
  }
`);

type Props = { id: string; after?: string; onClose: () => void };

export function ReplayDialog({ id, after = '', onClose }: Props) {
  const t = useT();
  const [cursor, setCursor] = useState(after);
  const [everything, setEverything] = useState(false);
  const [types, setTypes] = useState<EventType[]>([]);
  const [{ fetching }, replay] = useMutation(Replay);
  const { said, general, fields } = useFormRefusals({ CURSOR_INVALID: 'after', CURSOR_EXPIRED: 'after' });
  async function send(event: SubmitEvent) {
    event.preventDefault();
    const input = { endpointId: id, after: cursor.trim() || null, onlyFailed: !everything, types: types.length ? types : null };
    const { data, error } = await replay({ input });
    const result = data?.replayWebhooks;
    if (result?.__typename !== 'WebhookReplayQueued') return said({ refusal: result, error });
    toast(t('webhooks.replay.queued', { count: result.queued }), 'good');
    onClose();
  }
  return (
    <Dialog open onClose={onClose} title={t('webhooks.replay')}>
      <form onSubmit={(event) => void send(event)} className="grid gap-5 text-sm">
        {general && <Alert>{general}</Alert>}
        <Choices legend={t('webhooks.replay.what')} className="grid gap-2">
          <Choice type="radio" name="what" checked={!everything} onChange={() => setEverything(false)} label={t('webhooks.replay.failed')} />
          <Choice type="radio" name="what" checked={everything} onChange={() => setEverything(true)} label={t('webhooks.replay.everything')} detail={t('webhooks.replay.everything.hint')} />
        </Choices>
        <Field label={t('webhooks.replay.after')} hint={t('webhooks.replay.after.hint')} value={cursor} error={fields['after'] ?? fields['until']} onChange={(event) => setCursor(event.target.value)} />
        <TypeChoices legend={t('webhooks.replay.types')} chosen={types} onChange={setTypes} error={fields['types']} />
        <Button type="submit" look="primary" busy={fetching} className="justify-self-end">
          {t('webhooks.replay')}
        </Button>
      </form>
    </Dialog>
  );
}
