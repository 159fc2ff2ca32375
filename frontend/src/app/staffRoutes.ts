// The pages of those who work in the shop.
import type { PageRoute } from './routes';

export const staffRoutes: PageRoute[] = [
  { path: '/board', load: () => import('../pages/board/BoardPage'), roles: ['OPERATOR', 'ADMIN'] },
];
