// What there is to know of an article.
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Money } from '../../ui/Money';
import { Stock } from '../shop/Stock';

const Facts = graphql(`
  fragment ArticleFacts on Product {
    id
    sku
    description
    category
    condition
    size
    color
    available
    archived
    price {
      amount
      currency
    }
    seller {
      id
      name
    }
  }
`);

export function ArticleFacts({ of }: { of: FragmentType<typeof Facts> }) {
  const t = useT();
  const article = readFragment(Facts, of);
  const facts = [
    [t('article.condition'), t(`condition.${article.condition}`)],
    [t('article.size'), article.size],
    [t('article.color'), article.color],
    [t('article.category'), article.category],
    [t('article.seller'), article.seller.name],
    [t('article.sku'), article.sku],
  ].filter(([, value]) => value);
  return (
    <>
      <div className="flex flex-wrap items-center gap-4">
        <Money of={article.price} className="text-3xl font-semibold" />
        <Stock available={article.archived ? 0 : article.available} />
      </div>
      {article.description && <p className="max-w-prose leading-relaxed wrap-anywhere whitespace-pre-line">{article.description}</p>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
