// The bell: how many notifications are unread, by the shop's count, and the newest of them.
import { Bell } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { Link } from 'wouter';
import { useT } from '../i18n/translate';
import { readFragment } from '../lib/graphql';
import { useLive } from '../lib/live/useFollow';
import { NotificationRow } from '../pages/notifications/NotificationRow';
import { NotificationEvent, NotificationItem } from '../pages/notifications/fragments';
import { Inbox, NotificationReceived, useMarkRead } from '../pages/notifications/inbox';
import { wordsOf } from '../pages/notifications/words';
import { Button, IconButton } from '../ui/Button';
import { useMoney } from '../ui/Money';
import { toast } from '../ui/toasts';

const SHOWN = 5;

export function BellMenu() {
  const t = useT();
  const money = useMoney();
  const [open, setOpen] = useState(false);
  const read = useMarkRead();
  const [{ data }] = useLive({
    query: Inbox,
    variables: { unreadOnly: false },
    follow: {
      document: NotificationReceived,
      variables: {},
      onMessage: ({ notificationReceived: { notification } }) => {
        if (!notification) return;
        const event = readFragment(NotificationEvent, readFragment(NotificationItem, notification).event);
        toast(wordsOf({ t, money }, event).title);
      },
    },
  });
  const inbox = data?.notifications;
  const unread = inbox?.unreadCount ?? 0;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton label={unread ? t('notifications.bell', { count: unread }) : t('nav.notifications')} className="relative">
          <Bell className="size-5" aria-hidden />
          {unread > 0 && (
            <span aria-hidden className="absolute -top-0.5 -right-0.5 min-w-4.5 rounded-full bg-rose-700 px-1 text-center text-[11px] leading-4.5 font-semibold text-white tabular-nums">
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t('nav.notifications')}
          className="z-40 w-96 max-w-[calc(100vw-1rem)] overflow-hidden rounded-xl border border-line bg-surface text-ink shadow-xl"
        >
          <div className="flex items-center justify-between gap-2 border-b border-line py-2 pr-2 pl-4">
            <h2 className="text-sm font-semibold">{t('nav.notifications')}</h2>
            <Button small look="quiet" busy={read.busy} disabled={!unread} onClick={read.all}>
              {t('notifications.markAll')}
            </Button>
          </div>
          <ul className="max-h-[60dvh] divide-y divide-line overflow-y-auto">
            {inbox?.edges.slice(0, SHOWN).map(({ node }) => (
              <NotificationRow key={node.id} short of={node} onRead={read.one} onGo={() => setOpen(false)} />
            ))}
            {!inbox?.edges.length && <li className="px-4 py-8 text-center text-sm text-muted">{t('notifications.none')}</li>}
          </ul>
          <Link href="/notifications" onClick={() => setOpen(false)} className="block border-t border-line px-4 py-3 text-center text-sm font-medium text-accent hover:bg-raised">
            {t('notifications.all')}
          </Link>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
