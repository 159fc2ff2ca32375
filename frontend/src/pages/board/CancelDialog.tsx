// Asks why, before an order is cancelled.
import { useState, type SubmitEvent } from 'react';
import { useT } from '../../i18n/translate';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { TextArea } from '../../ui/Field';

type Props = { number: string; onClose: () => void; onCancel: (reason: string) => void };

export function CancelDialog({ number, onClose, onCancel }: Props) {
  const t = useT();
  const [reason, setReason] = useState('');
  function send(event: SubmitEvent) {
    event.preventDefault();
    onClose();
    onCancel(reason);
  }
  return (
    <Dialog open onClose={onClose} title={t('board.cancel.title', { number })}>
      <form onSubmit={send} className="grid gap-4">
        <TextArea label={t('board.cancel.reason')} hint={t('board.cancel.hint')} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('board.cancel.keep')}</Button>
          <Button type="submit" look="danger">
            {t('board.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
