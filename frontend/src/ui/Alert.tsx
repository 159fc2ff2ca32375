// Something to be read now: what went wrong, or what to know before going on.
import type { ReactNode } from 'react';
import { cx } from '../lib/cx';

const TONES = { bad: 'bg-bad-soft text-bad', warn: 'bg-warn-soft text-warn', info: 'bg-info-soft text-info', good: 'bg-good-soft text-good' };

export function Alert({ tone = 'bad', children, className }: { tone?: keyof typeof TONES; children: ReactNode; className?: string }) {
  return (
    <div role={tone === 'bad' ? 'alert' : 'status'} className={cx('rounded-lg px-4 py-3 text-sm', TONES[tone], className)}>
      {children}
    </div>
  );
}
