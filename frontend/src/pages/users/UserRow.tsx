// A user among others, and what an admin can change.
import { useState } from 'react';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { useViewer } from '../../lib/session/viewer';
import { Badge, type Tone } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { DateTime } from '../../ui/DateTime';
import { Cell } from '../../ui/Table';
import type { Role } from '../../gql/graphql';
import { ActiveButton } from './ActiveButton';
import { RolesDialog } from './RolesDialog';

export const UserRowFragment = graphql(`
  fragment UserRow on User {
    id
    name
    email
    roles
    active
    createdAt
  }
`);
const TONES: Record<Role, Tone> = { CUSTOMER: 'plain', SELLER: 'info', OPERATOR: 'violet', ADMIN: 'accent' };

export function UserRow({ of }: { of: FragmentType<typeof UserRowFragment> }) {
  const t = useT();
  const viewer = useViewer();
  const [changing, setChanging] = useState(false);
  const user = readFragment(UserRowFragment, of);
  const isViewer = viewer?.id === user.id;
  return (
    <tr>
      <Cell className="min-w-44">
        <p className="font-medium">
          {user.name} {isViewer && <span className="text-xs font-normal text-muted">({t('users.you')})</span>}
        </p>
        <p className="text-xs text-muted">{user.email}</p>
      </Cell>
      <Cell>
        <span className="flex flex-wrap gap-1.5">
          {user.roles.map((role) => (
            <Badge key={role} tone={TONES[role]}>
              {t(`role.${role}`)}
            </Badge>
          ))}
        </span>
      </Cell>
      <Cell className="text-xs whitespace-nowrap text-muted">
        <DateTime at={user.createdAt} look="date" />
      </Cell>
      <Cell>
        <Badge tone={user.active ? 'good' : 'bad'}>{t(user.active ? 'users.active' : 'users.inactive')}</Badge>
      </Cell>
      <Cell>
        <span className="flex justify-end gap-2">
          <Button small onClick={() => setChanging(true)} aria-label={`${t('users.changeRoles')}: ${user.name}`}>
            {t('users.roles')}
          </Button>
          {!isViewer && <ActiveButton user={user} />}
        </span>
        {changing && <RolesDialog user={user} onClose={() => setChanging(false)} />}
      </Cell>
    </tr>
  );
}
