// Which page is at which address, and who may open it. A page is loaded when it is opened.
import type { ComponentType } from 'react';
import type { Role } from '../lib/session/viewer';
import { staffRoutes } from './staffRoutes';

export type PageModule = { default: ComponentType };
export type PageRoute = {
  path: string;
  load: () => Promise<PageModule>;
  /** Only for those who are signed in; with `roles`, for those who have one of them. */
  signedIn?: boolean;
  roles?: Role[];
};

export const routes: PageRoute[] = [
  { path: '/', load: () => import('../pages/shop/ShopPage') },
  { path: '/articles/:id', load: () => import('../pages/article/ArticlePage') },
  { path: '/basket', load: () => import('../pages/basket/BasketPage') },
  { path: '/orders/new', load: () => import('../pages/newOrder/NewOrderPage'), signedIn: true },
  { path: '/notifications', load: () => import('../pages/notifications/NotificationsPage'), signedIn: true },
  { path: '/account', load: () => import('../pages/account/AccountPage'), signedIn: true },
  { path: '/orders', load: () => import('../pages/orders/OrdersPage'), signedIn: true },
  { path: '/orders/:id', load: () => import('../pages/order/OrderPage'), signedIn: true },
  { path: '/notifications', load: () => import('../pages/notifications/NotificationsPage'), signedIn: true },
  { path: '/account', load: () => import('../pages/account/AccountPage'), signedIn: true },
  { path: '/sign-in', load: () => import('../pages/signIn/SignInPage') },
  { path: '/register', load: () => import('../pages/signIn/RegisterPage') },
  ...staffRoutes,
];
