// A short word with a colour that supports it; the colour alone says nothing.
import type { ReactNode } from 'react';
import { cx } from '../lib/cx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'violet' | 'accent';

const TONES: Record<Tone, string> = {
  plain: 'bg-raised text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  violet: 'bg-violet-soft text-violet',
  accent: 'bg-accent-soft text-accent',
};

export function Badge({ tone = 'plain', children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap', TONES[tone], className)}>
      {children}
    </span>
  );
}

const DOTS: Record<Tone, string> = {
  plain: 'bg-strong',
  good: 'bg-emerald-500',
  warn: 'bg-amber-500',
  bad: 'bg-rose-600',
  info: 'bg-sky-500',
  violet: 'bg-violet-500',
  accent: 'bg-accent',
};

export function Dot({ tone = 'plain', className }: { tone?: Tone; className?: string }) {
  return <span aria-hidden className={cx('size-2 shrink-0 rounded-full', DOTS[tone], className)} />;
}
