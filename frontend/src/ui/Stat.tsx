// A figure with its name.
import type { ReactNode } from 'react';

export function Stats({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fit,minmax(8rem,1fr))]">{children}</dl>;
}

export function Stat({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col-reverse justify-end gap-0.5 rounded-xl border border-line bg-surface px-4 py-3 shadow-xs">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="truncate text-lg font-semibold tabular-nums">{children}</dd>
    </div>
  );
}
