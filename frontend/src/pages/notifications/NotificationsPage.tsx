import { BellOff } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSearchParams } from 'wouter';
import { useT } from '../../i18n/translate';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { NotificationRow } from './NotificationRow';
import { Inbox, useMarkRead } from './inbox';

const PAGE = 20;
const MOST = 100;

export default function NotificationsPage() {
  const t = useT();
  const [params, setParams] = useSearchParams();
  const unreadOnly = params.get('only') === 'unread';
  const [first, setFirst] = useState(PAGE);
  const [{ data, error, fetching }, again] = useQuery({ query: Inbox, variables: { first, unreadOnly }, requestPolicy: 'cache-and-network' });
  const read = useMarkRead();
  const inbox = data?.notifications;
  const actions = (
    <>
      <Button aria-pressed={unreadOnly} onClick={() => setParams(unreadOnly ? {} : { only: 'unread' }, { replace: true })}>
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
          </ul>
        </Card>
      )}
      {inbox?.pageInfo.hasNextPage && first < MOST && (
        <Button className="justify-self-center" onClick={() => setFirst(Math.min(MOST, first + PAGE))}>
          {t('app.more')}
        </Button>
      )}
    </Page>
  );
}
