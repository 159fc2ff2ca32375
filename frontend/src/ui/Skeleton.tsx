// The shape of what is coming.
import { useT } from '../i18n/translate';
import { cx } from '../lib/cx';

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('animate-pulse rounded-lg bg-raised', className)} />;
}

export function Skeletons({ count = 3, className }: { count?: number; className?: string }) {
  const t = useT();
  return (
    <div role="status" className="contents">
      <span className="sr-only">{t('app.loading')}</span>
      {Array.from({ length: count }, (_, place) => (
        <Skeleton key={place} className={className} />
      ))}
    </div>
  );
}
