// One sign-in on one device.
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { DateTime } from '../../ui/DateTime';
import { faultText } from '../../ui/Fault';
import { toast } from '../../ui/toasts';
import { deviceOf } from './device';

const SessionRowFragment = graphql(`
  fragment SessionRow on Session {
    id
    current
    userAgent
    createdAt
    lastUsedAt
  }
`);

const RevokeSession = graphql(`
  mutation RevokeSession($id: ID!) {
    revokeSession(id: $id) {
      __typename
      ... on Refusal {
        message
      }
    }
  }
`);

export function SessionRow({ of, onRevoked }: { of: FragmentType<typeof SessionRowFragment>; onRevoked: () => void }) {
  const t = useT();
  const { id, current, userAgent, createdAt, lastUsedAt } = readFragment(SessionRowFragment, of);
  const [{ fetching }, revoke] = useMutation(RevokeSession);
  const device = deviceOf(userAgent);
  const name = device ? t('account.device', device) : (userAgent ?? t('account.unknownDevice'));
  async function end() {
    const { error } = await revoke({ id });
    if (error) return toast(faultText(t, error), 'bad');
    toast(t('account.revoked')); // NotFound says the same: it has ended
    onRevoked();
  }
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-5 py-4 text-sm">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">
          {name} {current && <Badge tone="good">{t('account.this')}</Badge>}
        </p>
        <p className="text-muted">
          {t('account.lastUsed')} <DateTime at={lastUsedAt} />, {t('account.since')} <DateTime at={createdAt} look="date" />
        </p>
      </div>
      {!current && (
        <Button small busy={fetching} aria-label={t('account.revokeNamed', { name })} onClick={() => void end()}>
          {t('account.revoke')}
        </Button>
      )}
    </li>
  );
}
