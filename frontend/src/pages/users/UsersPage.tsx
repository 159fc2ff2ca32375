import { Users } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';
import type { Role } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Select } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { SearchField } from '../../ui/SearchField';
import { Skeletons } from '../../ui/Skeleton';
import { Table } from '../../ui/Table';
import { ROLES } from './roles';
import { UserRow } from './UserRow';

const UserList = graphql(`
  query UserList($search: String, $role: Role, $first: Int!) {
    users(search: $search, role: $role, first: $first) {
      edges {
        node {
          id
          ...UserRow
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);
const PART = 25;
const MOST = 100;

export default function UsersPage() {
  const t = useT();
  const [search, setSearch] = useState('');
  const [role, setRole] = useState<Role | null>(null);
  const [first, setFirst] = useState(PART);
  const variables = { search: search || null, role, first };
  const [{ data, error, fetching }, again] = useQuery({ query: UserList, variables, requestPolicy: 'cache-and-network' });
  const users = data?.users.edges ?? [];
  return (
    <Page title={t('users.title')} intro={t('users.intro')}>
      <div className="flex flex-wrap gap-3">
        <SearchField label={t('users.search')} value={search} onValue={setSearch} className="w-full sm:w-80" />
        <Select hideLabel label={t('users.role')} value={role ?? ''} onChange={(event) => setRole((event.target.value || null) as Role | null)}>
          <option value="">{t('users.role.any')}</option>
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {t(`role.${one}`)}
            </option>
          ))}
        </Select>
      </div>
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {fetching && !data && <Skeletons className="h-14" />}
      {data && users.length === 0 && <EmptyState icon={Users} title={t('users.none')} />}
      {users.length > 0 && (
        <Table label={t('users.title')} head={[t('users.user'), t('users.roles'), t('users.since'), t('users.state'), <span key="actions" className="sr-only">{t('users.actions')}</span>]}>
          {users.map(({ node }) => (
            <UserRow key={node.id} of={node} />
          ))}
        </Table>
      )}
      {data?.users.pageInfo.hasNextPage && first < MOST && (
        <Button className="justify-self-center" busy={fetching} onClick={() => setFirst(first + PART)}>
          {t('app.more')}
        </Button>
      )}
    </Page>
  );
}
