// The page of the address: loaded, allowed, and with a boundary of its own.
import { Suspense, lazy, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { arrive } from '../lib/arrival';
import { hasRole, useSession } from '../lib/session/viewer';
import { Skeletons } from '../ui/Skeleton';
import { Boundary } from './Boundary';
import { NotFound, StaffOnly } from './Nothing';
import { routes, type PageRoute } from './routes';

export function Pages() {
  const [path] = useLocation();
  useArrival(path);
  return (
    <Boundary key={path}>
      <Switch>
        {routes.map((route) => (
          <Route key={route.path} path={route.path}>
            <Guarded route={route} />
          </Route>
        ))}
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Boundary>
  );
}

function Guarded({ route }: { route: PageRoute }): ReactNode {
  const { phase, viewer } = useSession();
  const [path] = useLocation();
  // Made anew after a fault, so that a page that could not be loaded is loaded again.
  const [Content] = useState(() => lazy(route.load));
  const closed = route.signedIn ?? route.roles !== undefined;
  if (closed && phase === 'nobody') return <Redirect to={`/sign-in?next=${encodeURIComponent(path + location.search)}`} replace />;
  if (route.roles && viewer && !hasRole(viewer, ...route.roles)) return <StaffOnly />;
  if (closed && !viewer) return <Waiting />;
  return (
    <Suspense fallback={<Waiting />}>
      <Content />
    </Suspense>
  );
}

/** Before the effects of the page itself, which may be there already. */
function useArrival(path: string) {
  const last = useRef(path);
  useLayoutEffect(() => {
    if (last.current !== path) arrive();
    last.current = path;
  }, [path]);
}

function Waiting() {
  return (
    <div className="mx-auto grid max-w-5xl gap-4 px-4 py-8 sm:px-6">
      <Skeletons className="h-24" />
    </div>
  );
}
