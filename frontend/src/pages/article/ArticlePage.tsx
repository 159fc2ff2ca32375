import { SearchX, ShoppingBasket } from 'lucide-react';
import { useLocation, useParams } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { useViewer } from '../../lib/session/viewer';
import { put, useBasket } from '../../lib/shopping/basket';
import { Button, LinkButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { toast } from '../../ui/toasts';
import { Picture } from '../shop/ProductCard';
import { ArticleFacts } from './ArticleFacts';
import { StockChanged } from './stockChanged';

const Article = graphql(`
  query Article($id: ID!) {
    product(id: $id) {
      id
      name
      imageUrl
      archived
      available
      price {
        amount
        currency
      }
      ...ArticleFacts
    }
  }
`);

export default function ArticlePage() {
  const t = useT();
  const { id } = useParams<{ id: string }>();
  const viewer = useViewer();
  const [{ data, error, fetching }, again] = useLive({
    query: Article,
    variables: { id },
    follow: { document: StockChanged, variables: { productIds: [id] } },
    still: !viewer,
  });
  const product = data?.product;
  if (!product) {
    return (
      <Page title={t('article.title')}>
        {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
        {fetching && <Skeletons count={1} className="h-96" />}
        {data && !fetching && (
          <EmptyState icon={SearchX} title={t('article.none')}>
            <LinkButton href="/">{t('app.toShop')}</LinkButton>
          </EmptyState>
        )}
      </Page>
    );
  }
  return (
    <Page title={product.name}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 md:grid-cols-2 lg:gap-10">
        <Picture url={product.imageUrl} className="rounded-2xl border border-line" />
        <div className="grid content-start gap-6">
          <ArticleFacts of={product} />
          <PutInBasket id={product.id} price={product.price} available={product.archived ? 0 : product.available} />
        </div>
      </div>
    </Page>
  );
}

type Putting = { id: string; price: { amount: string; currency: string }; available: number };

function PutInBasket({ id, price, available }: Putting) {
  const t = useT();
  const [, go] = useLocation();
  const inBasket = useBasket().find(({ productId }) => productId === id)?.quantity ?? 0;
  function take() {
    put({ productId: id, quantity: 1, price: { amount: price.amount, currency: price.currency } });
    toast(t('article.isInBasket'), 'good');
  }
  return (
    <div className="flex flex-wrap gap-3">
      <Button look="primary" disabled={available <= inBasket} onClick={take}>
        <ShoppingBasket className="size-4" aria-hidden />
        {t('article.put')}
      </Button>
      {inBasket > 0 && <Button onClick={() => go('/basket')}>{t('article.basketHas', { count: inBasket })}</Button>}
    </div>
  );
}
