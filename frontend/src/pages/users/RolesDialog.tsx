// What somebody may do in the shop.
import { useState, type SubmitEvent } from 'react';
import { useMutation } from 'urql';
import type { Role } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { readFragment } from '../../lib/graphql';
import { useFormRefusals } from '../../lib/refusals/useFormRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Choice, Choices } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { toast } from '../../ui/toasts';
import { Changed, ROLES, SetRoles } from './roles';

type Props = { user: { id: string; name: string; roles: Role[] }; onClose: () => void };

export function RolesDialog({ user, onClose }: Props) {
  const t = useT();
  const [roles, setRoles] = useState<Role[]>(user.roles);
  const [{ fetching }, change] = useMutation(SetRoles);
  const { said, general, fields } = useFormRefusals({ NotAllowed: 'roles' });
  const toggle = (role: Role) => setRoles(ROLES.filter((one) => (one === role ? !roles.includes(one) : roles.includes(one))));
  async function save(event: SubmitEvent) {
    event.preventDefault();
    if (fetching) return;
    const { data, error } = await change({ id: user.id, roles });
    const result = readFragment(Changed, data?.setUserRoles);
    if (result?.__typename !== 'User') return said({ refusal: result, error });
    toast(t('users.changed', { name: user.name }), 'good');
    onClose();
  }
  return (
    <Dialog open onClose={onClose} title={t('users.rolesOf', { name: user.name })}>
      <form onSubmit={(event) => void save(event)} className="grid gap-5">
        {general && <Alert>{general}</Alert>}
        <Choices legend={t('users.roles')} error={fields['roles']} className="grid gap-3">
          {ROLES.map((role) => (
            <Choice key={role} checked={roles.includes(role)} onChange={() => toggle(role)} label={t(`role.${role}`)} detail={t(`users.role.${role}`)} />
          ))}
        </Choices>
        <p className="text-xs text-muted">{t('users.atOnce')}</p>
        <Button type="submit" look="primary" busy={fetching} className="justify-self-end">
          {t('app.save')}
        </Button>
      </form>
    </Dialog>
  );
}
