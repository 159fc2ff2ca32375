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
  ...staffRoutes,
  { path: '/sign-in', load: () => import('../pages/signIn/SignInPage') },
  { path: '/register', load: () => import('../pages/signIn/RegisterPage') },
];
