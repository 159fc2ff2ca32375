// A line of the basket, with the article as it is just now.
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { change, takeOut, type BasketLine } from '../../lib/shopping/basket';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Money, useMoney } from '../../ui/Money';
import { Picture } from '../shop/ProductCard';

export const BasketArticle = graphql(`
  fragment BasketArticle on Product {
    id
    name
    size
    color
    imageUrl
    available
    archived
    price {
      amount
      currency
    }
  }
`);

type Props = { line: BasketLine; of: FragmentType<typeof BasketArticle> | null | undefined; error: string | undefined };

export function BasketLineRow({ line, of, error }: Props) {
  const t = useT();
  const shown = useMoney();
  const article = readFragment(BasketArticle, of);
  const name = article?.name ?? t('article.title');
  const newPrice = article && article.price.amount !== line.price.amount ? article.price : null;
  const few = article && article.available < line.quantity ? t('basket.few', { count: article.available }) : null;
  return (
    <li className="flex gap-4 py-4">
      <Picture url={article?.imageUrl} className="size-20 shrink-0 rounded-lg" />
      <div className="grid min-w-0 flex-1 content-start gap-1.5">
        <div className="flex items-baseline justify-between gap-3">
          <Link href={`/articles/${line.productId}`} className="min-w-0 font-medium wrap-anywhere hover:underline">
            {name}
          </Link>
          <Money of={line.price} className="font-semibold" />
        </div>
        <p className="text-sm text-muted">{[article?.size, article?.color].filter(Boolean).join(' · ')}</p>
        {of === null || article?.archived ? <p className="text-sm text-bad">{t('basket.gone')}</p> : null}
        {newPrice && (
          <p className="flex flex-wrap items-center gap-2 text-sm text-warn">
            {t('basket.newPrice', { old: shown(line.price) })}
            <Button small onClick={() => change(line.productId, { price: { amount: newPrice.amount, currency: newPrice.currency } })}>
              {t('basket.accept')} <Money of={newPrice} />
            </Button>
          </p>
        )}
        <div className="flex items-start gap-2">
          <Quantity line={line} label={t('basket.quantity', { name })} error={error ?? few} />
          <IconButton label={t('basket.remove', { name })} onClick={() => takeOut(line.productId)}>
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </div>
      </div>
    </li>
  );
}

const MOST = 10_000;

/** What is written counts when it is a quantity; a field that is empty for a moment stays empty. */
function Quantity({ line, label, error }: { line: BasketLine; label: string; error: string | null }) {
  const [written, setWritten] = useState<string | null>(null); // null: nothing is being typed
  function write(text: string) {
    setWritten(text);
    const quantity = Number(text);
    if (Number.isInteger(quantity) && quantity >= 1 && quantity <= MOST) change(line.productId, { quantity });
  }
  return (
    <Field
      hideLabel
      className="w-24"
      label={label}
      type="number"
      min={1}
      max={MOST}
      value={written ?? line.quantity}
      onChange={(event) => write(event.target.value)}
      onBlur={() => setWritten(null)}
      error={error}
    />
  );
}
