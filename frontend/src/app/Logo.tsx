import { cx } from '../lib/cx';

export function Logo({ short = false }: { short?: boolean }) {
  return (
    <span className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" className="size-7 shrink-0" aria-hidden>
        <rect width="32" height="32" rx="9" className="fill-accent" />
        <path d="M9 12h13m0 0-4-4m4 4-4 4M23 20H10m0 0 4-4m-4 4 4 4" className="fill-none stroke-on-accent" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <span className={cx(short && 'max-sm:hidden')}>Swap Shop</span>
    </span>
  );
}
