// Everything that happened to an order: what, when, and by whom. Each event shows its subject as it was then.
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Card, Section } from '../../ui/Card';
import { DateTime } from '../../ui/DateTime';
import { useActor } from './actor';

const TimelineFragment = graphql(`
  fragment Timeline on EventConnection {
    edges {
      node {
        id
        ...TimelineEvent
      }
    }
  }
`);

const TimelineEvent = graphql(`
  fragment TimelineEvent on Event {
    __typename
    id
    type
    occurredAt
    actor {
      kind
      user {
        id
        name
      }
    }
    ... on OrderEvent {
      previousStatus
      order {
        status
        paymentState
        version
      }
    }
    ... on PaymentEvent {
      payment {
        method
        card {
          brand
          last4
        }
      }
    }
  }
`);

const COLOURS: Record<string, string> = {
  ORDER_READY: 'bg-sky-500',
  ORDER_COMPLETED: 'bg-emerald-500',
  ORDER_CANCELLED: 'bg-stone-500',
  PAYMENT_APPROVED: 'bg-emerald-500',
  PAYMENT_DECLINED: 'bg-rose-600',
  PAYMENT_FAILED: 'bg-rose-600',
};

export function Timeline({ of }: { of: FragmentType<typeof TimelineFragment> }) {
  const t = useT();
  const { edges } = readFragment(TimelineFragment, of);
  return (
    <Section title={t('order.timeline')}>
      <Card className="p-5">
        <ol className="grid">
          {edges.map(({ node }, place) => (
            <Happened key={node.id} of={node} last={place === edges.length - 1} />
          ))}
        </ol>
      </Card>
    </Section>
  );
}

function Happened({ of, last }: { of: FragmentType<typeof TimelineEvent>; last: boolean }) {
  const t = useT();
  const event = readFragment(TimelineEvent, of);
  const by = useActor()(event.actor);
  const ofPayment = event.__typename === 'OrderEvent' && event.type === 'ORDER_UPDATED' && event.actor.kind === 'PAYMENT_PROVIDER';
  const moved = event.__typename === 'OrderEvent' && event.previousStatus && event.previousStatus !== event.order.status;
  return (
    <li className={cx('relative pl-6', !last && 'pb-5')}>
      {!last && <span aria-hidden className="absolute top-3 bottom-0 left-[5px] w-px bg-line" />}
      <span aria-hidden className={cx('absolute top-1.5 left-0 size-[11px] rounded-full border-2 border-surface', COLOURS[event.type] ?? 'bg-strong')} />
      <p className="text-sm font-medium">{ofPayment ? t('order.paymentNews') : t(`event.${event.type}`)}</p>
      {ofPayment && <p className="text-sm text-muted">{t(`payment.${event.order.paymentState}`)}</p>}
      {moved && event.previousStatus && (
        <p className="text-sm text-muted">
          {t(`status.${event.previousStatus}`)} → {t(`status.${event.order.status}`)}
        </p>
      )}
      {event.__typename === 'PaymentEvent' && (
        <p className="text-sm text-muted">
          {t(`method.${event.payment.method}`)}
          {event.payment.card && ` ···· ${event.payment.card.last4}`}
        </p>
      )}
      <p className="text-xs text-muted">
        <DateTime at={event.occurredAt} look="time" /> · {by}
      </p>
    </li>
  );
}
