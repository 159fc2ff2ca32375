import { BellOff } from 'lucide-react';
import { useQuery } from 'urql';
import { useT } from '../../i18n/translate';
import { useParameters } from '../../lib/address';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { MorePages } from '../../ui/MorePages';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { NotificationRow } from './NotificationRow';
import { Inbox, useMarkRead } from './inbox';

export default function NotificationsPage() {
  const t = useT();
  const [params, setParams] = useParameters();
  const unreadOnly = params.get('only') === 'unread';
  const [{ data, error, fetching }, again] = useQuery({ query: Inbox, variables: { unreadOnly }, requestPolicy: 'cache-and-network' });
  const read = useMarkRead();
  const inbox = data?.notifications;
  const actions = (
    <>
      <Button aria-pressed={unreadOnly} onClick={() => setParams({ only: unreadOnly ? undefined : 'unread' })}>
        {t(unreadOnly ? 'notifications.showAll' : 'notifications.showUnread')}
      </Button>
      <Button look="primary" busy={read.busy} disabled={!inbox?.unreadCount} onClick={read.all}>
        {t('notifications.markAll')}
      </Button>
    </>
  );
  return (
    <Page title={t('nav.notifications')} intro={inbox && t('notifications.count', { count: inbox.unreadCount })} actions={actions}>
      {error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}
      {fetching && !inbox && <Skeletons className="h-24" />}
      {inbox?.edges.length === 0 && <EmptyState icon={BellOff} title={t('notifications.none')} />}
      {inbox && inbox.edges.length > 0 && (
        <Card className="overflow-hidden">
          <ul className="divide-y divide-line">
            {inbox.edges.map(({ node }) => (
              <NotificationRow key={node.id} of={node} onRead={read.one} />
            ))}
            <MorePages after={inbox.pageInfo} load={(after) => <NextNotifications key={after} unreadOnly={unreadOnly} after={after} onRead={read.one} />} />
          </ul>
        </Card>
      )}
    </Page>
  );
}

type Next = { unreadOnly: boolean; after: string; onRead: (id: string) => void };

function NextNotifications({ unreadOnly, after, onRead }: Next) {
  const [{ data, error }, again] = useQuery({ query: Inbox, variables: { unreadOnly, after } });
  if (error) return <li className="p-4"><Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} /></li>; // prettier-ignore
  if (!data) return null;
  return (
    <>
      {data.notifications.edges.map(({ node }) => (
        <NotificationRow key={node.id} of={node} onRead={onRead} />
      ))}
      <MorePages after={data.notifications.pageInfo} load={(next) => <NextNotifications key={next} {...{ unreadOnly, onRead }} after={next} />} />
    </>
  );
}
