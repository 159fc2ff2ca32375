// The whole front end: a client for whoever is signed in, the shell, and the page of the address.
import { useEffect } from 'react';
import { Provider } from 'urql';
import { useShop } from '../lib/client/current';
import { accessToken } from '../lib/session/tokens';
import { Toasts } from '../ui/Toasts';
import { Boundary } from './Boundary';
import { Pages } from './Pages';
import { Shell } from './Shell';

export function App() {
  const { client, who } = useShop();
  useEffect(() => {
    accessToken().catch(() => undefined); // offline: each request tries again by itself
  }, []);
  return (
    <Boundary>
      <Provider value={client} key={who}>
        <Shell>
          <Pages />
        </Shell>
        <Toasts />
      </Provider>
    </Boundary>
  );
}
