// So many have come, or are gone. The key belongs to what is asked: sent again after a lost answer it counts once.
import { useId, useState, type SubmitEvent } from 'react';
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { toast } from '../../ui/toasts';
import './article';
import { countOf } from './form';

const AdjustStock = graphql(`
  mutation AdjustStock($input: AdjustStockInput!) {
    adjustStock(input: $input) {
      __typename
      ... on Product {
        id
        ...CatalogueArticle
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on OutOfStock {
        requested
        available
      }
      ... on Refusal {
        message
      }
    }
  }
`);

type Props = { productId: string; regions: string[]; onClose: () => void };

export function AdjustDialog({ productId, regions, onClose }: Props) {
  const t = useT();
  const id = useId();
  const [wish, setWish] = useState({ key: crypto.randomUUID(), region: regions[0] ?? '', delta: '', reason: '' });
  const [unread, setUnread] = useState(false);
  const [{ fetching }, adjust] = useMutation(AdjustStock);
  const { said, general, fields } = useFormRefusals({ OutOfStock: 'delta' });
  const set = (part: Partial<typeof wish>) => setWish({ ...wish, key: crypto.randomUUID(), ...part });
  async function send(event: SubmitEvent) {
    event.preventDefault();
    const delta = countOf(wish.delta);
    setUnread(delta === null);
    if (delta === null || fetching) return;
    const input = { idempotencyKey: wish.key, productId, region: wish.region.trim(), delta, reason: wish.reason.trim() };
    const { data, error } = await adjust({ input });
    const result = data?.adjustStock;
    if (result?.__typename !== 'Product') return said({ refusal: result, error });
    toast(t('catalogue.adjusted'), 'good');
    onClose();
  }
  return (
    <Dialog open onClose={onClose} title={t('catalogue.adjust')}>
      <form onSubmit={(event) => void send(event)} noValidate className="grid gap-4">
        {general && <Alert>{general}</Alert>}
        <datalist id={id}>
          {regions.map((region) => (
            <option key={region} value={region} />
          ))}
        </datalist>
        <Field label={t('catalogue.region')} list={id} value={wish.region} error={fields['region']} onChange={(event) => set({ region: event.target.value })} />
        <Field label={t('catalogue.delta')} hint={t('catalogue.delta.hint')} value={wish.delta} error={unread ? t('issue.number') : fields['delta']} onChange={(event) => set({ delta: event.target.value })} />
        <Field label={t('catalogue.reason')} value={wish.reason} maxLength={200} error={fields['reason']} onChange={(event) => set({ reason: event.target.value })} />
        <Button type="submit" look="primary" busy={fetching} className="justify-self-end">
          {t('catalogue.adjust.do')}
        </Button>
      </form>
    </Dialog>
  );
}
