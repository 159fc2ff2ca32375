// The event, the customer, the total and the colors, as a small table.
import type { NotificationEventFragment } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { useMoney } from '../../ui/Money';

export function EventFacts({ event }: { event: NotificationEventFragment }) {
  const t = useT();
  const money = useMoney();
  if (event.__typename !== 'OrderEvent') return null;
  const { customer, total, items } = event.order;
  const colors = [...new Set(items.map(({ color }) => color).filter(Boolean))].join(', ');
  const facts = [
    [t('notifications.event'), event.type],
    [t('order.customer'), customer.name],
    [t('order.total'), money(total)],
    [t('article.color'), colors || '–'],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-lg border border-line bg-surface px-3 py-2 sm:grid-cols-4">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0 first:max-sm:col-span-2">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
