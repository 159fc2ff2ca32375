// Asks before something is done that cannot be undone.
import type { ReactNode } from 'react';
import { useT } from '../i18n/translate';
import { Button } from './Button';
import { Dialog } from './Dialog';

type Props = { open: boolean; title: string; action: string; busy?: boolean; children: ReactNode; onClose: () => void; onConfirm: () => void };

export function Confirm({ open, title, action, busy = false, children, onClose, onConfirm }: Props) {
  const t = useT();
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <div className="grid gap-4 text-sm">
        {children}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button look="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
