// Rows and columns; on a narrow screen it scrolls by itself, and the page does not: not even for what is in it for
// screen readers only, which would be placed by the page if the table were not `relative`.
import type { ReactNode, TdHTMLAttributes } from 'react';
import { cx } from '../lib/cx';

export function Table({ label, head, children }: { label: string; head: ReactNode[]; children: ReactNode }) {
  return (
    <div className="relative overflow-x-auto rounded-xl border border-line bg-surface shadow-xs" tabIndex={0} role="group" aria-label={label}>
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {head.map((cell, place) => (
              <th key={place} scope="col" className="px-4 py-2.5 font-medium whitespace-nowrap">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export function Cell({ className, ...rest }: TdHTMLAttributes<HTMLTableCellElement>) {
  return <td className={cx('px-4 py-3 align-middle', className)} {...rest} />;
}
