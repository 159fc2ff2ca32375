import { Plus } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { useLocation } from 'wouter';
import { useT } from '../../i18n/translate';
import { fieldErrors } from '../../lib/refusals/issues';
import { forget, read, write } from '../../lib/stored';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { TextArea } from '../../ui/Field';
import { useMoney } from '../../ui/Money';
import { Page } from '../../ui/Page';
import { toast } from '../../ui/toasts';
import { PaymentChoice } from '../paying/PaymentChoice';
import { PlaceButton } from '../paying/PlaceButton';
import { SaidAlert } from '../paying/SaidAlert';
import { cardErrors, methodOf, noPayment } from '../paying/payment';
import { usePlacing } from '../paying/usePlacing';
import { ItemFields } from './ItemFields';
import { inputOf, itemsOf, newItem, totalOf, type Item } from './items';

const KEY = 'swapshop.newOrder';
const MOST_ITEMS = 100;

export default function NewOrderPage() {
  const t = useT();
  const money = useMoney();
  const [, go] = useLocation();
  const [items, setItems] = useItems();
  const [note, setNote] = useState('');
  const [payment, setPayment] = useState(noPayment);
  const { phase, said, place } = usePlacing('newOrder', ({ id, number }) => {
    forget(KEY);
    toast(t('pay.placed', { number }), 'good');
    go(`/orders/${id}`);
  });
  const errors = { ...fieldErrors(t, said.refusal), ...cardErrors(t, said.refusal) };
  const sum = totalOf(items);
  const replace = (next: Item) => setItems(items.map((item) => (item.id === next.id ? next : item)));

  function order(event: SubmitEvent) {
    event.preventDefault();
    place({ items: items.map(inputOf), note: note.trim() || null, payment: methodOf(payment) });
  }
  return (
    <Page title={t('new.title')} intro={t('new.intro')}>
      <form onSubmit={order} noValidate className="grid gap-6">
        <SaidAlert said={said} />
        <Section title={t('new.items')}>
          <Card className="divide-y divide-line px-5">
            {items.map((item, place) => (
              <ItemFields
                key={item.id}
                item={item}
                number={place + 1}
                errors={errors}
                onChange={replace}
                onRemove={items.length > 1 ? () => setItems(items.filter(({ id }) => id !== item.id)) : undefined}
              />
            ))}
            <div className="flex flex-wrap items-center justify-between gap-3 py-4">
              <Button small disabled={items.length >= MOST_ITEMS} onClick={() => setItems([...items, newItem()])}>
                <Plus className="size-4" aria-hidden />
                {t('new.add')}
              </Button>
              <p className="text-sm" aria-live="polite">
                {t('basket.total')}{' '}
                <output className="ml-2 text-lg font-semibold tabular-nums">{sum ? money({ amount: sum, currency: 'EUR' }) : '–'}</output>
              </p>
            </div>
          </Card>
        </Section>
        <Card className="grid gap-5 p-5">
          <PaymentChoice form={payment} onChange={setPayment} kinds={['none', 'cash', 'card', 'transfer']} errors={errors} />
          <TextArea label={t('basket.note')} rows={2} value={note} onChange={(event) => setNote(event.target.value)} error={errors['note']} />
          <PlaceButton phase={phase} total={sum && money({ amount: sum, currency: 'EUR' })} />
        </Card>
      </form>
    </Page>
  );
}

/** What was typed, also before a reload. */
function useItems(): [Item[], (items: Item[]) => void] {
  const [items, setItems] = useState(() => read(KEY, itemsOf) ?? [newItem()]);
  return [
    items,
    (next) => {
      write(KEY, next);
      setItems(next);
    },
  ];
}
