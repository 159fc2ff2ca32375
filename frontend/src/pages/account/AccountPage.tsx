import { useMutation, useQuery } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { signedOut } from '../../lib/session/tokens';
import { useViewer } from '../../lib/session/viewer';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { Fault, faultText } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { toast } from '../../ui/toasts';
import { ChangePassword } from './ChangePassword';
import { SessionRow } from './SessionRow';

const Sessions = graphql(`
  query Sessions {
    sessions {
      id
      ...SessionRow
    }
  }
`);

const SignOutEverywhere = graphql(`
  mutation SignOutEverywhere {
    revokeAllSessions {
      sessionsRevoked
    }
  }
`);

export default function AccountPage() {
  const t = useT();
  const viewer = useViewer();
  const [{ data, error, fetching }, again] = useQuery({ query: Sessions, requestPolicy: 'cache-and-network' });
  const [{ fetching: leaving }, signOutEverywhere] = useMutation(SignOutEverywhere);
  async function leave() {
    const { error: fault } = await signOutEverywhere({});
    if (fault) toast(faultText(t, fault), 'bad');
    else signedOut();
  }
  const everywhere = (
    <Button small look="danger" busy={leaving} onClick={() => void leave()}>
      {t('account.revokeAll')}
    </Button>
  );
  return (
    <Page title={t('account.title')} intro={viewer?.email}>
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{viewer?.name}</span>
        {viewer?.roles.map((role) => <Badge key={role}>{t(`role.${role}`)}</Badge>)}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Section title={t('account.sessions')} actions={everywhere}>
          {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
          <Card>
            <ul className="divide-y divide-line">
              {fetching && !data && <Skeletons count={2} className="m-4 h-12" />}
              {data?.sessions.map((session) => (
                <SessionRow key={session.id} of={session} onRevoked={() => again({ requestPolicy: 'network-only' })} />
              ))}
            </ul>
          </Card>
        </Section>
        <ChangePassword />
      </div>
    </Page>
  );
}
