// What is shown where there is nothing to show: no such page, or not for this viewer.
import { Compass, Lock } from 'lucide-react';
import { useT } from '../i18n/translate';
import { LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { Page } from '../ui/Page';

export function NotFound() {
  const t = useT();
  return (
    <Page title={t('app.notFound')}>
      <EmptyState icon={Compass} title={t('app.notFound.hint')}>
        <LinkButton href="/">{t('app.toShop')}</LinkButton>
      </EmptyState>
    </Page>
  );
}

export function StaffOnly() {
  const t = useT();
  return (
    <Page title={t('app.staffOnly')}>
      <EmptyState icon={Lock} title={t('app.staffOnly.hint')}>
        <LinkButton href="/">{t('app.toShop')}</LinkButton>
      </EmptyState>
    </Page>
  );
}
