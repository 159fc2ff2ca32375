// Where toasts are shown.
import { X } from 'lucide-react';
import { useT } from '../i18n/translate';
import { cx } from '../lib/cx';
import { useStore } from '../lib/store';
import { dismiss, toasts } from './toasts';

const TONES = { plain: 'border-line', good: 'border-good/50', bad: 'border-bad/50' };

export function Toasts() {
  const t = useT();
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-0 z-50 grid justify-items-center gap-2 p-4">
      {useStore(toasts).map(({ id, text, tone }) => (
        <div key={id} className={cx('pointer-events-auto flex max-w-md items-center gap-3 rounded-xl border bg-surface py-2 pr-2 pl-4 text-sm shadow-lg', TONES[tone])}>
          {text}
          <button type="button" aria-label={t('app.close')} onClick={() => dismiss(id)} className="rounded-md p-1 hover:bg-raised">
            <X className="size-4" aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
