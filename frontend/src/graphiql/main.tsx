// GraphiQL on the shop's own schema, from the shop's own address: nothing of it comes from anywhere else.
import 'graphiql/setup-workers/vite';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './graphiql.css';
import { inOrder } from './examples';
import { fetcher } from './fetcher';
import { SignIn } from './SignIn';

const asked = new URLSearchParams(location.search).get('example');
const examples = inOrder(asked);
const [first] = examples;
const opened = asked && first?.name === asked ? { initialQuery: first.query, initialVariables: first.variables ?? '' } : {};
const theme = document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'; // as the shop's own pages have it
const root = document.getElementById('root');

if (root)
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      plugins={[explorerPlugin(), HISTORY_PLUGIN]}
      defaultTabs={examples}
      defaultTheme={theme}
      {...opened}
    >
      <GraphiQL.Logo>
        <SignIn />
      </GraphiQL.Logo>
    </GraphiQL>,
  );
