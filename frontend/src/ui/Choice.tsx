// A box to tick, or one of several to choose.
import type { InputHTMLAttributes, ReactNode } from 'react';
import { cx } from '../lib/cx';

type Props = InputHTMLAttributes<HTMLInputElement> & { label: ReactNode; detail?: ReactNode };

export function Choice({ label, detail, className, type = 'checkbox', ...input }: Props) {
  return (
    <label className={cx('flex cursor-pointer items-start gap-2.5 text-sm has-disabled:cursor-default has-disabled:text-muted', className)}>
      <input type={type} className="mt-0.5 size-4 shrink-0 accent-accent" {...input} />
      <span className="min-w-0">
        {label}
        {detail && <span className="block text-xs text-muted">{detail}</span>}
      </span>
    </label>
  );
}

export function Choices({ legend, error, children, className }: { legend: string; error?: string | null; children: ReactNode; className?: string }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className={className}>{children}</div>
      {error && <p className="text-sm text-bad">{error}</p>}
    </fieldset>
  );
}
