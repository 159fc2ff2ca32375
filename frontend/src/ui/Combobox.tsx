// A field that offers what fits what is typed: the combobox of the ARIA practices, with a list that pops up.
import { X } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useState, type KeyboardEvent } from 'react';
import { useT } from '../i18n/translate';
import { cx } from '../lib/cx';

const REST = 250;
export type Option = { value: string; label: string; detail?: string };
type Props = { label: string; chosen: string; options: Option[]; onSearch: (text: string) => void; onChoose: (value: string) => void };

export function Combobox({ label, chosen, options, onSearch, onChoose }: Props) {
  const t = useT();
  const id = useId();
  const [text, setText] = useState<string | null>(null); // null: nothing is being typed
  const [at, setAt] = useState(0);
  const search = useEffectEvent(() => onSearch((text ?? '').trim()));
  useEffect(() => {
    const timer = setTimeout(search, REST);
    return () => clearTimeout(timer);
  }, [text]);
  const open = text !== null && options.length > 0;
  const active = Math.min(at, options.length - 1);

  function choose(value: string) {
    setText(null);
    onChoose(value);
  }
  function press(event: KeyboardEvent) {
    if (event.key === 'Escape') return setText(null);
    if (!open) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((active + step + options.length) % options.length);
    else if (event.key === 'Enter') choose(options[active]?.value ?? '');
    else return;
    event.preventDefault();
  }
  return (
    <div className="relative max-sm:flex-1">
      <input
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open ? `${id}-${active}` : undefined}
        autoComplete="off"
        placeholder={label}
        value={text ?? chosen}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        onBlur={() => setText(null)}
        className="h-10 w-full rounded-lg border border-strong/60 bg-surface px-3 pr-9 text-sm text-ink shadow-xs placeholder:text-muted hover:border-strong sm:w-44"
      />
      {chosen && (
        <button type="button" aria-label={t('app.remove', { what: label })} onClick={() => choose('')} className="absolute top-1.5 right-1.5 grid size-7 place-items-center rounded-md text-muted hover:bg-raised">
          <X className="size-4" aria-hidden />
        </button>
      )}
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!open} className="absolute top-full z-40 mt-1 w-64 max-w-[80vw] rounded-xl border border-line bg-surface p-1.5 text-sm shadow-lg">
        {options.map((option, place) => (
          <li
            key={option.value}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === active}
            onPointerDown={(event) => event.preventDefault()} // the field keeps the focus
            onClick={() => choose(option.value)}
            className={cx('cursor-pointer rounded-lg px-2.5 py-1.5', place === active && 'bg-raised')}
          >
            <span className="block truncate font-medium">{option.label}</span>
            <span className="block truncate text-xs text-muted">{option.detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
