// The browser's own dialog: it keeps the focus, closes with Escape, and needs no style that the policy forbids.
import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useT } from '../i18n/translate';
import { cx } from '../lib/cx';
import { IconButton } from './Button';

type Props = { open: boolean; onClose: () => void; title: string; children: ReactNode; side?: boolean; className?: string };

export function Dialog({ open, onClose, title, children, side = false, className }: Props) {
  const t = useT();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open) ref.current?.showModal();
    else ref.current?.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className={cx(
        'border border-line bg-surface p-0 text-ink shadow-xl',
        side
          ? 'mr-auto h-dvh max-h-none w-72 max-w-[85vw]'
          : 'm-auto max-h-[90dvh] w-[calc(100vw-2rem)] max-w-lg rounded-2xl',
        className,
      )}
    >
      {open && (
        <div className="p-5">
          <div className="mb-4 flex items-start justify-between gap-4">
            <h2 id={id} className="pt-1 text-lg font-semibold">
              {title}
            </h2>
            <IconButton label={t('app.close')} onClick={onClose} className="-mt-1 -mr-2 shrink-0">
              <X className="size-5" aria-hidden />
            </IconButton>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
