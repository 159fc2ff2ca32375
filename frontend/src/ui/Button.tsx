// What is pressed. A link that looks like a button is a LinkButton.
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';
import { cx } from '../lib/cx';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent shadow-xs',
  plain: 'bg-surface text-ink border-line hover:bg-raised shadow-xs',
  quiet: 'border-transparent text-ink hover:bg-raised',
  danger: 'bg-surface text-bad border-line hover:bg-bad-soft shadow-xs',
};

function classes(look: Look, small: boolean, className?: string) {
  return cx(
    'inline-flex items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap transition-colors',
    'disabled:opacity-55 disabled:pointer-events-none',
    small ? 'h-8 px-2.5 text-sm' : 'h-10 px-4 text-sm',
    LOOKS[look],
    className,
  );
}

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; small?: boolean; busy?: boolean };

export function Button({ look = 'plain', small = false, busy = false, className, type = 'button', ...rest }: Props) {
  return <button type={type} aria-busy={busy || undefined} disabled={busy} className={classes(look, small, className)} {...rest} />;
}

type LinkProps = { href: string; look?: Look; small?: boolean; className?: string; children: ReactNode };

export function LinkButton({ href, look = 'plain', small = false, className, children }: LinkProps) {
  return (
    <Link href={href} className={classes(look, small, className)}>
      {children}
    </Link>
  );
}

export function IconButton({ label, className, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx('inline-grid size-9 place-items-center rounded-lg text-ink hover:bg-raised', className)}
      {...rest}
    />
  );
}
