import { ShoppingBasket } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useFollow } from '../../lib/live/useFollow';
import { refusalText } from '../../lib/refusals/texts';
import { useViewer } from '../../lib/session/viewer';
import { empty, useBasket, type BasketLine } from '../../lib/shopping/basket';
import { LinkButton } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { useMoney } from '../../ui/Money';
import { Page } from '../../ui/Page';
import { toast } from '../../ui/toasts';
import { StockChanged } from '../article/stockChanged';
import { usePlacing } from '../paying/usePlacing';
import { BasketLineRow } from './BasketLineRow';
import { Checkout } from './Checkout';
import { regionFor, type Stock, type Stocks } from './region';

const Line = graphql(`
  query BasketLine($id: ID!) {
    product(id: $id) {
      id
      stock {
        region
        available
      }
      ...BasketArticle
    }
  }
`);

export default function BasketPage() {
  const t = useT();
  const lines = useBasket();
  return (
    <Page title={t('basket.title')}>
      {lines.length > 0 ? (
        <Filled lines={lines} />
      ) : (
        <EmptyState icon={ShoppingBasket} title={t('basket.empty')}>
          <LinkButton href="/">{t('app.toShop')}</LinkButton>
        </EmptyState>
      )}
    </Page>
  );
}

function Filled({ lines }: { lines: BasketLine[] }) {
  const t = useT();
  const money = useMoney();
  const viewer = useViewer();
  const [, go] = useLocation();
  const productIds = lines.map(({ productId }) => productId).sort();
  useFollow({ document: StockChanged, variables: { productIds }, pause: !viewer });
  const placing = usePlacing('basket', ({ id, number }) => {
    empty();
    toast(t('pay.placed', { number }), 'good');
    go(`/orders/${id}`);
  });
  const [stocks, setStocks] = useState<Stocks>({});
  const know = (productId: string, stock: Stock) => setStocks((known) => ({ ...known, [productId]: stock }));
  const { refusal } = placing.said;
  const errorOf = (line: BasketLine) => (refusal?.productId === line.productId ? refusalText({ t, money }, refusal) : undefined);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <Section title={t('basket.lines')}>
        <Card>
          <ul className="divide-y divide-line px-5">
            {lines.map((line) => (
              <LiveLine key={line.productId} line={line} error={errorOf(line)} onStock={(stock) => know(line.productId, stock)} />
            ))}
          </ul>
        </Card>
      </Section>
      <Section title={t('basket.checkout')}>
        <Card className="p-5">{viewer ? <Checkout lines={lines} placing={placing} region={regionFor(lines, stocks)} /> : <SignInFirst />}</Card>
      </Section>
    </div>
  );
}

type LiveLineProps = { line: BasketLine; error: string | undefined; onStock: (stock: Stock) => void };

function LiveLine({ line, error, onStock }: LiveLineProps) {
  const [{ data }] = useQuery({ query: Line, variables: { id: line.productId }, requestPolicy: 'cache-and-network' });
  const stock = data?.product?.stock;
  const told = useEffectEvent(onStock);
  useEffect(() => {
    if (stock) told(stock);
  }, [stock]);
  return <BasketLineRow line={line} of={data?.product} error={error} />;
}

function SignInFirst() {
  const t = useT();
  return (
    <div className="grid gap-4 text-sm">
      <p>{t('basket.signIn')}</p>
      <LinkButton look="primary" href="/sign-in?next=/basket">
        {t('nav.signIn')}
      </LinkButton>
    </div>
  );
}
