// The pages of those who work in the shop.
import type { PageRoute } from './routes';

export const staffRoutes: PageRoute[] = [
  { path: '/board', load: () => import('../pages/board/BoardPage'), roles: ['OPERATOR', 'ADMIN'] },
  { path: '/webhooks', load: () => import('../pages/webhooks/WebhooksPage'), roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
  { path: '/webhooks/new', load: () => import('../pages/webhooks/NewEndpointPage'), roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
  { path: '/webhooks/:id', load: () => import('../pages/webhooks/EndpointPage'), roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
  { path: '/catalogue', load: () => import('../pages/catalogue/CataloguePage'), roles: ['SELLER', 'ADMIN'] },
  { path: '/catalogue/new', load: () => import('../pages/catalogue/NewArticlePage'), roles: ['SELLER', 'ADMIN'] },
  { path: '/catalogue/:id', load: () => import('../pages/catalogue/ArticlePage'), roles: ['SELLER', 'ADMIN'] },
  { path: '/users', load: () => import('../pages/users/UsersPage'), roles: ['ADMIN'] },
  { path: '/system', load: () => import('../pages/system/SystemPage'), roles: ['OPERATOR', 'ADMIN'] },
];
