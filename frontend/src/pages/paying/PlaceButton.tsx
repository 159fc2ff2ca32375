// The button that orders, and what is known of an order on its way.
import { useT } from '../../i18n/translate';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';

export function PlaceButton({ phase, total, disabled }: { phase: 'idle' | 'sending' | 'waiting'; total: string | null; disabled?: boolean }) {
  const t = useT();
  return (
    <div className="grid gap-3">
      {phase === 'waiting' && <Alert tone="warn">{t('pay.waiting')}</Alert>}
      <Button type="submit" look="primary" busy={phase !== 'idle'} disabled={disabled || phase !== 'idle'} className="w-full">
        {phase === 'idle' ? (total ? t('pay.orderFor', { total }) : t('pay.order')) : t('pay.sending')}
      </Button>
    </div>
  );
}
