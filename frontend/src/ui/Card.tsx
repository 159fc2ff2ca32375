// A piece of the page with a border of its own.
import type { HTMLAttributes, ReactNode } from 'react';
import { cx } from '../lib/cx';

export function Card({ className, ...rest }: HTMLAttributes<HTMLDivElement>) {
  return <div className={cx('rounded-xl border border-line bg-surface shadow-xs', className)} {...rest} />;
}

export function Section({ title, actions, children, className }: { title: string; actions?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section aria-label={title} className={cx('min-w-0', className)}>
      <div className="mb-3 flex min-h-8 items-center justify-between gap-3">
        <h2 className="text-base font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
