// How many of an article there are, just now.
import { useT } from '../../i18n/translate';
import { Badge } from '../../ui/Badge';

export function Stock({ available }: { available: number }) {
  const t = useT();
  if (available < 1) return <Badge tone="bad">{t('shop.soldOut')}</Badge>;
  if (available === 1) return <Badge tone="warn">{t('shop.last')}</Badge>;
  return <Badge tone="good">{t('shop.available', { count: available })}</Badge>;
}
