// What the shop said to an order as a whole.
import { useT } from '../../i18n/translate';
import { refusalText } from '../../lib/refusals/texts';
import { Alert } from '../../ui/Alert';
import { faultText, requestId } from '../../ui/Fault';
import { useMoney } from '../../ui/Money';
import type { Said } from './usePlacing';

export function SaidAlert({ said: { refusal, error } }: { said: Said }) {
  const t = useT();
  const money = useMoney();
  if (refusal?.__typename === 'CardRejected') return <Alert>{t('refusal.InvalidInput')}</Alert>; // said at its field
  if (refusal) {
    const perhaps = refusal.__typename === 'IdempotencyConflict' ? t('pay.maybePlaced') : '';
    return <Alert>{`${refusalText({ t, money }, refusal)} ${perhaps}`}</Alert>;
  }
  if (!error) return null;
  const id = requestId(error);
  return <Alert>{`${faultText(t, error)} ${id ? t('fault.request', { id }) : ''}`}</Alert>;
}
