// Changing an article. When somebody else was quicker, what they changed is taken over, and what was edited here stays:
// saving once more is then a decision.
import { useState, type SubmitEvent } from 'react';
import { useMutation } from 'urql';
import type { CatalogueArticleFragment } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { readFragment } from '../../lib/graphql';
import { rebased } from '../../lib/rebase';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { toast } from '../../ui/toasts';
import { ArticleFields } from './ArticleFields';
import { formOf, unreadable, updateInput } from './form';
import { Saved, UpdateArticle } from './saving';

type Props = { article: CatalogueArticleFragment; onConflict: () => void };

export function EditArticle({ article, onConflict }: Props) {
  const t = useT();
  const [known, setKnown] = useState(article);
  const [form, setForm] = useState(() => formOf(article));
  const [marked, setMarked] = useState<string[]>([]);
  const [{ fetching }, update] = useMutation(UpdateArticle);
  const { said, clear, general, fields } = useFormRefusals();
  if (known.version < article.version) {
    setKnown(article);
    setForm(rebased(form, formOf(known), formOf(article)));
  }
  const input = updateInput(form, known);
  const edited = Object.keys(input).length > 2;
  const errors = { ...fields, ...Object.fromEntries(marked.map((name) => [name, t('issue.number')])) };

  async function save(event: SubmitEvent) {
    event.preventDefault();
    const wrong = unreadable(form);
    setMarked(wrong);
    if (wrong.length || fetching) return;
    const { data, error } = await update({ input });
    const result = readFragment(Saved, data?.updateProduct);
    if (result?.__typename !== 'Product') {
      said({ refusal: result, error });
      if (result?.__typename === 'VersionConflict') onConflict();
      return;
    }
    clear();
    toast(t('catalogue.saved'), 'good');
  }

  return (
    <Card className="p-5">
      <form onSubmit={(event) => void save(event)} noValidate className="grid gap-6">
        {general && <Alert>{general}</Alert>}
        <ArticleFields fixedSku form={form} onChange={setForm} errors={errors} currency={article.price.currency} />
        <Button type="submit" look="primary" busy={fetching} disabled={fetching || !edited} className="justify-self-start">
          {t('app.save')}
        </Button>
      </form>
    </Card>
  );
}
