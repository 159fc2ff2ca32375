// A notification: what happened, to whom, for how much, in which colors; and the event itself.
import { useState } from 'react';
import { Link } from 'wouter';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { readFragment, type FragmentType } from '../../lib/graphql';
import { Button } from '../../ui/Button';
import { DateTime } from '../../ui/DateTime';
import { Dialog } from '../../ui/Dialog';
import { useMoney } from '../../ui/Money';
import { EventFacts } from './EventFacts';
import { NotificationEvent, NotificationItem } from './fragments';
import { pathOf, wordsOf } from './words';

type Props = { of: FragmentType<typeof NotificationItem>; onRead: (id: string) => void; onGo?: () => void; short?: boolean };

export function NotificationRow({ of, onRead, onGo, short = false }: Props) {
  const t = useT();
  const money = useMoney();
  const [open, setOpen] = useState(false);
  const { id, readAt, createdAt, event: masked } = readFragment(NotificationItem, of);
  const event = readFragment(NotificationEvent, masked);
  const { title, body } = wordsOf({ t, money }, event);
  const path = pathOf(event);
  function go() {
    if (!readAt) onRead(id);
    onGo?.();
  }
  return (
    <li className={cx('grid gap-2 px-4 py-3.5 text-sm', !readAt && 'bg-accent-soft/60')} data-unread={!readAt || undefined}>
      <div className="flex items-baseline justify-between gap-3">
        <p className={cx('min-w-0 wrap-anywhere', !readAt && 'font-semibold')}>
          {path ? (
            <Link href={path} onClick={go} className="hover:underline">
              {title}
            </Link>
          ) : (
            title
          )}
          {!readAt && <span className="sr-only"> ({t('notifications.unread')})</span>}
        </p>
        <DateTime at={createdAt} className="shrink-0 text-xs text-muted" />
      </div>
      <p className="wrap-anywhere text-muted">{body}</p>
      {!short && <EventFacts event={event} />}
      <div className="flex flex-wrap gap-2">
        <Button small onClick={() => setOpen(true)}>
          {t('notifications.payload')}
        </Button>
        {!readAt && (
          <Button small look="quiet" onClick={() => onRead(id)}>
            {t('notifications.mark')}
          </Button>
        )}
      </div>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('notifications.payloadTitle')}>
        <pre tabIndex={0} className="max-h-[60dvh] overflow-auto rounded-lg bg-raised p-4 text-xs leading-relaxed">
          {JSON.stringify(event, null, 2)}
        </pre>
      </Dialog>
    </li>
  );
}
