// What was ordered, by whom, and what it comes to.
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Card, Section } from '../../ui/Card';
import { DateTime } from '../../ui/DateTime';
import { Money } from '../../ui/Money';
import { reasonText } from '../../ui/reasons';

const Facts = graphql(`
  fragment OrderFacts on Order {
    id
    createdAt
    note
    cancelReason
    total {
      amount
      currency
    }
    customer {
      id
      name
    }
    items {
      product
      size
      color
      quantity
      unitPrice {
        amount
        currency
      }
      subtotal {
        amount
        currency
      }
    }
  }
`);

export function OrderFacts({ of }: { of: FragmentType<typeof Facts> }) {
  const t = useT();
  const order = readFragment(Facts, of);
  const facts = [
    [t('order.customer'), order.customer.name],
    [t('order.note'), order.note],
    [t('order.reason'), order.cancelReason && reasonText(t, order.cancelReason)],
  ].filter(([, value]) => value);
  return (
    <Section title={t('order.items')}>
      <Card>
        <ul className="divide-y divide-line">
          {order.items.map((item, place) => (
            <li key={place} className="flex items-baseline justify-between gap-4 px-5 py-3.5 text-sm">
              <div className="min-w-0">
                <p className="font-medium wrap-anywhere">{item.product}</p>
                <p className="wrap-anywhere text-muted">{[item.size, item.color].filter(Boolean).join(' · ')}</p>
              </div>
              <div className="shrink-0 text-right">
                <Money of={item.subtotal} className="font-medium" />
                <p className="text-muted">
                  {item.quantity} × <Money of={item.unitPrice} />
                </p>
              </div>
            </li>
          ))}
        </ul>
        <div className="flex items-baseline justify-between border-t border-line px-5 py-4">
          <span className="text-sm">{t('order.total')}</span>
          <Money of={order.total} className="text-lg font-semibold" />
        </div>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 border-t border-line px-5 py-4 text-sm">
          <dt className="text-muted">{t('order.placed')}</dt>
          <dd>
            <DateTime at={order.createdAt} look="full" />
          </dd>
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 wrap-anywhere whitespace-pre-line">{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </Section>
  );
}
