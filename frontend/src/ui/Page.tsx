// The frame of every page: its title, what can be done on it, and its width.
import { useEffect, useRef, type ReactNode } from 'react';
import { takeFocus } from '../lib/arrival';
import { cx } from '../lib/cx';

type Props = { title: string; intro?: ReactNode; actions?: ReactNode; children: ReactNode; width?: 'narrow' | 'normal' | 'wide' };
const WIDTHS = { narrow: 'max-w-md', normal: 'max-w-5xl', wide: 'max-w-none' };

export function Page({ title, intro, actions, children, width = 'normal' }: Props) {
  useEffect(() => {
    document.title = `${title} · Swap Shop`;
  }, [title]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => takeFocus(heading.current), []);
  return (
    <div className={cx('mx-auto grid grid-cols-[minmax(0,1fr)] gap-6 px-4 py-6 sm:px-6 lg:py-8', WIDTHS[width])}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div>
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
            {title}
          </h1>
          {intro && <p className="mt-1 text-sm text-muted">{intro}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
