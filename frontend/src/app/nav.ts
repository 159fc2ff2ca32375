// What the navigation shows, and to whom.
import {
  Activity, Bell, Boxes, KanbanSquare, Package, ScrollText, ShoppingBasket, Store, Terminal, UserRound, Users, Webhook,
  type LucideIcon,
} from 'lucide-react'; // prettier-ignore
import type { PlainKey } from '../i18n/translate';
import { hasRole, type Role, type Viewer } from '../lib/session/viewer';

export type NavItem = { href: string; label: PlainKey; icon: LucideIcon; signedIn?: boolean; roles?: Role[]; otherApp?: boolean };

export const shopItems: NavItem[] = [
  { href: '/', label: 'nav.shop', icon: Store },
  { href: '/basket', label: 'nav.basket', icon: ShoppingBasket },
  { href: '/orders/new', label: 'nav.newOrder', icon: ScrollText, signedIn: true },
  { href: '/orders', label: 'nav.orders', icon: Package, signedIn: true },
  { href: '/notifications', label: 'nav.notifications', icon: Bell, signedIn: true },
  { href: '/account', label: 'nav.account', icon: UserRound, signedIn: true },
];

export const staffItems: NavItem[] = [
  { href: '/board', label: 'nav.board', icon: KanbanSquare, roles: ['OPERATOR', 'ADMIN'] },
  { href: '/webhooks', label: 'nav.webhooks', icon: Webhook, roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
  { href: '/catalogue', label: 'nav.catalogue', icon: Boxes, roles: ['SELLER', 'ADMIN'] },
  { href: '/users', label: 'nav.users', icon: Users, roles: ['ADMIN'] },
  { href: '/system', label: 'nav.system', icon: Activity, roles: ['OPERATOR', 'ADMIN'] },
  { href: '/graphiql/', label: 'nav.graphiql', icon: Terminal, roles: ['SELLER', 'OPERATOR', 'ADMIN'], otherApp: true },
];

export function visible(items: NavItem[], viewer: Viewer | null): NavItem[] {
  return items.filter(({ signedIn, roles }) => (!signedIn || viewer) && (!roles || hasRole(viewer, ...roles)));
}

/** The item of the address: the longest one that it begins with. */
export function currentItem(items: NavItem[], path: string): NavItem | undefined {
  const matching = items.filter(({ href }) => path === href || (href !== '/' && path.startsWith(`${href}/`)));
  return matching.sort((a, b) => b.href.length - a.href.length)[0];
}
