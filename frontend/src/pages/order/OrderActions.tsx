// What the viewer may do with an order as it is now.
import { useState } from 'react';
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { isStaff, useViewer } from '../../lib/session/viewer';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { toast } from '../../ui/toasts';
import { Cancel, Complete, Process } from './moves';

const Actions = graphql(`
  fragment OrderActions on Order {
    id
    status
    version
    customer {
      id
    }
  }
`);

export function OrderActions({ of }: { of: FragmentType<typeof Actions> }) {
  const t = useT();
  const staff = isStaff(useViewer());
  const { id, status, version } = readFragment(Actions, of);
  const unsent = status === 'PENDING' || status === 'AWAITING_PAYMENT';
  return (
    <>
      {staff && status === 'PENDING' && <Move label={t('order.process')} document={Process} {...{ id, version }} />}
      {staff && status === 'PROCESSED' && <Move label={t('order.complete')} document={Complete} {...{ id, version }} />}
      {(unsent || (staff && status === 'PROCESSED')) && <CancelOrder {...{ id, version }} />}
    </>
  );
}

type Order = { id: string; version: number };

function Move({ label, document, id, version }: Order & { label: string; document: typeof Process | typeof Complete }) {
  const [{ fetching }, move] = useMutation(document as typeof Process);
  const { said, general } = useRefusals();
  async function go() {
    const { data, error } = await move({ id, version });
    const result = data && Object.values(data)[0];
    said(result?.__typename === 'Order' ? {} : { refusal: result, error });
  }
  return (
    <>
      {general && <Alert>{general}</Alert>}
      <Button look="primary" busy={fetching} onClick={() => void go()}>
        {label}
      </Button>
    </>
  );
}

function CancelOrder({ id, version }: Order) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [{ fetching }, cancel] = useMutation(Cancel);
  const { said, general, fields, clear } = useRefusals();
  async function go() {
    const { data, error } = await cancel({ id, version, reason: reason.trim() || null });
    if (data?.cancelOrder.__typename !== 'Order') return said({ refusal: data?.cancelOrder, error });
    setOpen(false);
    toast(t('order.cancelled'));
  }
  function show() {
    clear();
    setOpen(true);
  }
  return (
    <>
      <Button look="danger" onClick={show}>
        {t('order.cancel')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('order.cancel')}>
        <div className="grid gap-5">
          {general && <Alert>{general}</Alert>}
          <Field label={t('order.cancelReason')} value={reason} onChange={(event) => setReason(event.target.value)} error={fields['reason']} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t('order.keep')}</Button>
            <Button look="danger" busy={fetching} onClick={() => void go()}>
              {t('order.cancel')}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
