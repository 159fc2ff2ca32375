// The way from a basket to an order: how it is paid, a note, and the one press that counts.
import { useState, type SubmitEvent } from 'react';
import { useT } from '../../i18n/translate';
import { fieldErrors } from '../../lib/refusals/issues';
import type { BasketLine } from '../../lib/shopping/basket';
import { total } from '../../lib/shopping/total';
import { TextArea } from '../../ui/Field';
import { useMoney } from '../../ui/Money';
import { PaymentChoice } from '../paying/PaymentChoice';
import { PlaceButton } from '../paying/PlaceButton';
import { SaidAlert } from '../paying/SaidAlert';
import { cardErrors, methodOf, noPayment, type PaymentForm } from '../paying/payment';
import type { Placing } from '../paying/usePlacing';

type Props = { lines: BasketLine[]; placing: Placing; region: string | undefined };

export function Checkout({ lines, placing: { phase, said, place }, region }: Props) {
  const t = useT();
  const money = useMoney();
  const [payment, setPayment] = useState<PaymentForm>({ ...noPayment, kind: 'card' });
  const [note, setNote] = useState('');
  const sum = total(lines.map(({ price, quantity }) => ({ price: price.amount, quantity })));
  const currency = lines[0]?.price.currency ?? 'EUR';
  const errors = { ...fieldErrors(t, said.refusal), ...cardErrors(t, said.refusal) };

  function order(event: SubmitEvent) {
    event.preventDefault();
    const items = lines.map(({ productId, quantity, price }) => ({ listed: { productId, quantity, expectedPrice: price.amount } }));
    place({ items, region, note: note.trim() || null, payment: methodOf(payment) });
  }
  return (
    <form onSubmit={order} noValidate className="grid gap-5">
      <SaidAlert said={said} />
      <PaymentChoice form={payment} onChange={setPayment} kinds={['card', 'cash', 'transfer']} errors={errors} />
      <TextArea label={t('basket.note')} rows={2} value={note} onChange={(event) => setNote(event.target.value)} error={errors['note']} />
      <PlaceButton phase={phase} total={sum && money({ amount: sum, currency })} />
    </form>
  );
}
