// Paying an order that waits for its payment. One key for each try, kept until the shop has answered.
import { useState, type SubmitEvent } from 'react';
import { useClient } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { untilWorthTrying } from '../../lib/live/waiting';
import { fieldErrors } from '../../lib/refusals/issues';
import { useViewer } from '../../lib/session/viewer';
import { keyFor, settled } from '../../lib/shopping/attempt';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { codeOf } from '../../ui/Fault';
import { useMoney } from '../../ui/Money';
import { PaymentChoice } from '../paying/PaymentChoice';
import { SaidAlert } from '../paying/SaidAlert';
import { cardErrors, methodOf, noPayment, type PaymentForm } from '../paying/payment';
import { NO_ANSWER, type Said } from '../paying/usePlacing';
import { Pay } from './pay';

const PayAgainFragment = graphql(`
  fragment PayAgain on Order {
    id
    number
    total {
      amount
      currency
    }
  }
`);

export function PayAgain({ of }: { of: FragmentType<typeof PayAgainFragment> }) {
  const t = useT();
  const money = useMoney();
  const client = useClient();
  const viewer = useViewer();
  const order = readFragment(PayAgainFragment, of);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [form, setForm] = useState<PaymentForm>({ ...noPayment, kind: 'card' });
  const [said, setSaid] = useState<Said>({});
  const errors = { ...fieldErrors(t, said.refusal), ...cardErrors(t, said.refusal) };

  async function pay(event: SubmitEvent) {
    event.preventDefault();
    const method = methodOf(form);
    if (!method || !viewer || busy) return;
    setBusy(true);
    setSaid({});
    const name = `pay.${order.id}`;
    const input = { orderId: order.id, method, idempotencyKey: keyFor(name, viewer.id, { items: [], payment: method }) };
    for (let tries = 0; ; tries++) {
      const { data, error } = await client.mutation(Pay, { input }).toPromise();
      if (error && NO_ANSWER.has(codeOf(error))) {
        await untilWorthTrying(tries);
        continue;
      }
      const paid = data?.payOrder.__typename === 'Payment';
      if (paid || data?.payOrder.__typename === 'IdempotencyConflict') settled(name);
      if (paid) setOpen(false);
      else setSaid({ refusal: data?.payOrder, error });
      break;
    }
    setBusy(false);
  }
  return (
    <>
      <Button small look="primary" onClick={() => setOpen(true)}>
        {t('order.payAgain')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('order.payTitle', { number: order.number })}>
        <form onSubmit={(event) => void pay(event)} noValidate className="grid gap-5">
          <SaidAlert said={said} />
          <PaymentChoice form={form} onChange={setForm} kinds={['card', 'cash', 'transfer']} errors={errors} />
          <Button type="submit" look="primary" busy={busy}>
            {t('order.pay', { total: money(order.total) })}
          </Button>
        </form>
      </Dialog>
    </>
  );
}
