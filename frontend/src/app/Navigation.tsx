// The ways through the shop, for this viewer.
import { Link, useLocation } from 'wouter';
import { useT } from '../i18n/translate';
import { cx } from '../lib/cx';
import { useViewer } from '../lib/session/viewer';
import { useBasket } from '../lib/shopping/basket';
import { currentItem, shopItems, staffItems, visible, type NavItem } from './nav';

export function Navigation({ onGo }: { onGo?: () => void }) {
  const t = useT();
  const viewer = useViewer();
  const staff = visible(staffItems, viewer);
  return (
    <nav aria-label={t('nav.label')} className="grid gap-6" onClick={onGo}>
      <Items items={visible(shopItems, viewer)} />
      {staff.length > 0 && (
        <div>
          <p className="mb-1.5 px-2.5 text-xs font-medium text-muted">{t('nav.staff')}</p>
          <Items items={staff} />
        </div>
      )}
    </nav>
  );
}

function Items({ items }: { items: NavItem[] }) {
  const [path] = useLocation();
  const current = currentItem(items, path);
  return (
    <ul className="grid gap-0.5">
      {items.map((item) => (
        <li key={item.href}>
          <Item item={item} current={item === current} />
        </li>
      ))}
    </ul>
  );
}

function Item({ item: { href, label, icon: Icon, otherApp }, current }: { item: NavItem; current: boolean }) {
  const t = useT();
  const inBasket = useBasket().reduce((sum, { quantity }) => sum + quantity, 0);
  const className = cx(
    'flex items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm font-medium transition-colors lg:py-1.5',
    current ? 'bg-ink text-page' : 'text-ink hover:bg-raised',
  );
  const content = (
    <>
      <Icon className="size-4 shrink-0" aria-hidden />
      {t(label)}
      {href === '/basket' && inBasket > 0 && (
        <span className={cx('ml-auto rounded-full px-1.5 text-xs tabular-nums', current ? 'bg-page/20' : 'bg-accent-soft text-accent')}>{inBasket}</span>
      )}
    </>
  );
  if (otherApp) return <a href={href} className={className}>{content}</a>; // prettier-ignore
  return (
    <Link href={href} className={className} aria-current={current ? 'page' : undefined}>
      {content}
    </Link>
  );
}
