// An article among others.
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Badge } from '../../ui/Badge';
import { Card } from '../../ui/Card';
import { Money } from '../../ui/Money';
import { Stock } from './Stock';

export const ProductCardFragment = graphql(`
  fragment ProductCard on Product {
    id
    name
    condition
    size
    color
    imageUrl
    available
    price {
      amount
      currency
    }
  }
`);

export function ProductCard({ of }: { of: FragmentType<typeof ProductCardFragment> }) {
  const t = useT();
  const product = readFragment(ProductCardFragment, of);
  const about = [product.size, product.color].filter(Boolean).join(' · ');
  return (
    <Card className="group relative flex h-full flex-col overflow-hidden transition-shadow hover:shadow-md">
      <Picture url={product.imageUrl} />
      <div className="flex flex-1 flex-col gap-1 p-3 sm:p-4">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h2 className="min-w-0 font-medium wrap-anywhere">
            <Link href={`/articles/${product.id}`} className="after:absolute after:inset-0 after:rounded-xl">
              {product.name}
            </Link>
          </h2>
          <Money of={product.price} className="font-semibold" />
        </div>
        <p className="text-sm text-muted">{about}</p>
        <div className="mt-auto flex flex-wrap items-center justify-between gap-2 pt-3">
          <Badge>{t(`condition.${product.condition}`)}</Badge>
          <Stock available={product.available} />
        </div>
      </div>
    </Card>
  );
}

export function Picture({ url, className }: { url: string | null | undefined; className?: string }) {
  return (
    <div className={`grid aspect-square place-items-center overflow-hidden bg-raised ${className ?? ''}`}>
      {url?.startsWith('/') && <img src={url} alt="" loading="lazy" decoding="async" className="size-full object-cover" />}
    </div>
  );
}
