// A labelled input with its hint and what is wrong with it; screen readers are told all three.
import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import { cx } from '../lib/cx';

type About = { label: string; hint?: ReactNode; error?: string | null; hideLabel?: boolean; className?: string };
type Control = { id: string; 'aria-invalid': true | undefined; 'aria-describedby': string | undefined; className: string };

const BOX =
  'w-full rounded-lg border border-strong/60 bg-surface text-ink placeholder:text-muted shadow-xs hover:border-strong ' +
  'aria-invalid:border-bad disabled:bg-raised';
const INPUT = cx(BOX, 'h-10 px-3 text-sm');

export function Labelled({ label, hint, error, hideLabel, className, children }: About & { children: (control: Control) => ReactNode }) {
  const id = useId();
  const about = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={cx('grid content-start gap-1.5', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': about || undefined, className: INPUT })}
      {hint && (
        <p id={`${id}-hint`} className="text-xs wrap-anywhere text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm wrap-anywhere text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

export function Field({ label, hint, error, hideLabel, className, ...input }: About & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Labelled {...{ label, hint, error, hideLabel, className }}>{(control) => <input {...control} {...input} />}</Labelled>
  );
}

export function TextArea({ label, hint, error, hideLabel, className, ...area }: About & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Labelled {...{ label, hint, error, hideLabel, className }}>
      {(control) => <textarea rows={3} {...control} className={cx(BOX, 'px-3 py-2 text-sm')} {...area} />}
    </Labelled>
  );
}

export function Select({ label, hint, error, hideLabel, className, children, ...select }: About & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Labelled {...{ label, hint, error, hideLabel, className }}>
      {(control) => (
        <select {...control} {...select}>
          {children}
        </select>
      )}
    </Labelled>
  );
}
