// Letting somebody in, or keeping them out: that ends their sessions, so it is asked once more.
import { useState } from 'react';
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { readFragment } from '../../lib/graphql';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { toast } from '../../ui/toasts';
import { Changed, SetActive } from './roles';

type Props = { user: { id: string; name: string; active: boolean } };

export function ActiveButton({ user }: Props) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const [{ fetching }, change] = useMutation(SetActive);
  const { said, general } = useRefusals();
  async function set(active: boolean) {
    const { data, error } = await change({ id: user.id, active });
    const result = readFragment(Changed, data?.setUserActive);
    if (result?.__typename !== 'User') {
      setAsking(true);
      return said({ refusal: result, error });
    }
    setAsking(false);
    toast(t('users.changed', { name: user.name }), 'good');
  }
  const action = t(user.active ? 'users.deactivate' : 'users.activate');
  return (
    <>
      <Button small look={user.active ? 'danger' : 'plain'} busy={fetching} aria-label={`${action}: ${user.name}`} onClick={() => (user.active ? setAsking(true) : void set(true))}>
        {action}
      </Button>
      <Confirm open={asking} title={t('users.deactivate.title', { name: user.name })} action={action} busy={fetching} onClose={() => setAsking(false)} onConfirm={() => void set(!user.active)}>
        {general && <Alert>{general}</Alert>}
        <p>{t('users.deactivate.hint')}</p>
      </Confirm>
    </>
  );
}
