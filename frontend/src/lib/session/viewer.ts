// Who is signed in, and whether that is known yet.
import { createStore, useStore } from '../store';
import { forget, isRecord, read, readText, write } from '../stored';

export type Role = 'CUSTOMER' | 'SELLER' | 'OPERATOR' | 'ADMIN';
export type Viewer = { id: string; name: string; email: string | null; roles: Role[] };
/** `starting`: somebody was signed in here, and the shop has not said yet whether they still are. */
export type Session = { phase: 'starting' | 'nobody' | 'signedIn'; viewer: Viewer | null };

const KEY = 'swapshop.viewer';

function understood(value: unknown): Viewer | null {
  if (!isRecord(value) || typeof value['id'] !== 'string' || typeof value['name'] !== 'string') return null;
  const roles = Array.isArray(value['roles']) ? (value['roles'] as Role[]) : [];
  return { id: value['id'], name: value['name'], email: typeof value['email'] === 'string' ? value['email'] : null, roles };
}

function remembered(): Session {
  if (readText(KEY) === null) return { phase: 'nobody', viewer: null };
  return { phase: 'starting', viewer: read(KEY, understood) };
}

export const session = createStore<Session>(remembered());

export function arrive(viewer: Viewer): void {
  const known = session.get();
  if (known.phase === 'signedIn' && JSON.stringify(known.viewer) === JSON.stringify(viewer)) return;
  write(KEY, viewer);
  session.set({ phase: 'signedIn', viewer });
}

export function leave(): void {
  forget(KEY);
  session.set({ phase: 'nobody', viewer: null });
}

export function useSession(): Session {
  return useStore(session);
}

export function useViewer(): Viewer | null {
  return useSession().viewer;
}

export function hasRole(viewer: Viewer | null, ...roles: Role[]): boolean {
  return roles.some((role) => viewer?.roles.includes(role));
}

export function isStaff(viewer: Viewer | null): boolean {
  return hasRole(viewer, 'OPERATOR', 'ADMIN');
}
