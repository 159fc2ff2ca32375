// An article in the seller's list.
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { readFragment, type FragmentType } from '../../lib/graphql';
import { Badge } from '../../ui/Badge';
import { Money } from '../../ui/Money';
import { Cell } from '../../ui/Table';
import { CatalogueArticle } from './article';

export function ArticleRow({ of }: { of: FragmentType<typeof CatalogueArticle> }) {
  const t = useT();
  const { id, name, sku, price, available, stock, archived, imageUrl, condition } = readFragment(CatalogueArticle, of);
  return (
    <tr className="relative hover:bg-raised">
      <Cell>
        <div className="flex min-w-52 items-center gap-3">
          <div className="size-10 shrink-0 overflow-hidden rounded-lg bg-raised">{imageUrl?.startsWith('/') && <img src={imageUrl} alt="" loading="lazy" className="size-full object-cover" />}</div>
          <div className="min-w-0">
            <Link href={`/catalogue/${id}`} className="font-medium after:absolute after:inset-0">
              {name}
            </Link>
            <p className="text-xs text-muted">
              {sku} · {t(`condition.${condition}`)}
            </p>
          </div>
        </div>
      </Cell>
      <Cell>
        <Money of={price} />
      </Cell>
      <Cell className="tabular-nums">{t('app.number', { count: available })}</Cell>
      <Cell className="text-xs whitespace-nowrap text-muted tabular-nums">{stock.map((level) => `${level.region} ${level.onHand}`).join(' · ')}</Cell>
      <Cell className="text-right">{archived ? <Badge>{t('catalogue.archived')}</Badge> : available < 1 && <Badge tone="warn">{t('catalogue.gone')}</Badge>}</Cell>
    </tr>
  );
}
