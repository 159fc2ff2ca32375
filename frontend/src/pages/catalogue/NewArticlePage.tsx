import { useState, type SubmitEvent } from 'react';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql, readFragment } from '../../lib/graphql';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';
import { toast } from '../../ui/toasts';
import { ArticleFields } from './ArticleFields';
import { EMPTY, createInput, unreadable } from './form';
import { CreateArticle, Saved } from './saving';
import { StockRows } from './StockRows';

const Regions = graphql(`
  query Regions {
    products(first: 20) {
      edges {
        node {
          id
          price {
            currency
          }
          stock {
            region
          }
        }
      }
    }
  }
`);

export default function NewArticlePage() {
  const t = useT();
  const [, go] = useLocation();
  const [form, setForm] = useState(EMPTY);
  const [rows, setRows] = useState([{ region: '', quantity: '1' }]);
  const [marked, setMarked] = useState<string[]>([]);
  const [{ data: known }] = useQuery({ query: Regions });
  const [{ fetching }, create] = useMutation(CreateArticle);
  const { said, general, fields } = useFormRefusals();
  const others = known?.products.edges.map(({ node }) => node) ?? [];
  const regions = [...new Set(others.flatMap(({ stock }) => stock.map(({ region }) => region)))].sort();
  const stock = rows.map((row) => ({ ...row, region: row.region || (rows.length === 1 ? (regions[0] ?? '') : '') }));
  const errors = { ...fields, ...Object.fromEntries(marked.map((name) => [name, t('issue.number')])) };

  async function save(event: SubmitEvent) {
    event.preventDefault();
    const wrong = unreadable(form, stock);
    setMarked(wrong);
    if (wrong.length || fetching) return;
    const { data, error } = await create({ input: createInput(form, stock) });
    const result = readFragment(Saved, data?.createProduct);
    if (result?.__typename !== 'Product') return said({ refusal: result, error });
    toast(t('catalogue.created', { name: form.name }), 'good');
    go(`/catalogue/${result.id}`);
  }

  return (
    <Page title={t('catalogue.new')}>
      <Card className="p-5">
        <form onSubmit={(event) => void save(event)} noValidate className="grid gap-6">
          {general && <Alert>{general}</Alert>}
          <ArticleFields form={form} onChange={setForm} errors={errors} currency={others[0]?.price.currency ?? 'EUR'} />
          <StockRows rows={stock} regions={regions} onChange={setRows} errors={errors} />
          <div className="flex gap-2">
            <Button type="submit" look="primary" busy={fetching}>
              {t('catalogue.create')}
            </Button>
            <Button look="quiet" onClick={() => go('/catalogue')}>
              {t('app.cancel')}
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  );
}
