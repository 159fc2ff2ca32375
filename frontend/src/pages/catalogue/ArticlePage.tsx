import { ArrowLeft, Boxes } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { useT } from '../../i18n/translate';
import { graphql, readFragment } from '../../lib/graphql';
import { useLive } from '../../lib/live/useFollow';
import { Badge } from '../../ui/Badge';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { ArchiveButton } from './ArchiveButton';
import { ArticleStockChanged, CatalogueArticle } from './article';
import { EditArticle } from './EditArticle';
import { Movements } from './Movements';
import { StockCard } from './StockCard';

const Article = graphql(`
  query CatalogueArticlePage($id: ID!) {
    product(id: $id) {
      id
      ...CatalogueArticle
    }
  }
`);

export default function ArticlePage() {
  const t = useT();
  const { id } = useParams<{ id: string }>();
  const [news, setNews] = useState(0);
  const [{ data, error, fetching }, read] = useLive({
    query: Article,
    variables: { id },
    follow: { document: ArticleStockChanged, variables: { productIds: [id] }, onMessage: () => setNews((count) => count + 1) },
  });
  const again = () => read({ requestPolicy: 'network-only' });
  const article = readFragment(CatalogueArticle, data?.product);
  return (
    <Page title={article?.name ?? t('catalogue.article')} actions={article && <ArchiveButton article={article} onConflict={again} />}>
      <div className="-mt-4 flex items-center gap-3">
        <Link href="/catalogue" className="inline-flex items-center gap-1.5 text-sm text-muted hover:text-ink">
          <ArrowLeft className="size-4" aria-hidden />
          {t('catalogue.title')}
        </Link>
        {article?.archived && <Badge>{t('catalogue.archived')}</Badge>}
      </div>
      {error && <Fault error={error} onRetry={again} />}
      {fetching && !data && <Skeletons className="h-32" />}
      {data && !article && <EmptyState icon={Boxes} title={t('refusal.NotFound')} />}
      {article && (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
          <EditArticle article={article} onConflict={again} />
          <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
            <StockCard productId={id} stock={article.stock} />
            <Movements productId={id} news={news} />
          </div>
        </div>
      )}
    </Page>
  );
}
