// The pages of those who work in the shop.
import type { PageRoute } from './routes';

export const staffRoutes: PageRoute[] = [
  { path: '/board', load: () => import('../pages/board/BoardPage'), roles: ['OPERATOR', 'ADMIN'] },
  { path: '/webhooks', load: () => import('../pages/webhooks/WebhooksPage'), roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
  { path: '/webhooks/new', load: () => import('../pages/webhooks/NewEndpointPage'), roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
  { path: '/webhooks/:id', load: () => import('../pages/webhooks/EndpointPage'), roles: ['SELLER', 'OPERATOR', 'ADMIN'] },
];
