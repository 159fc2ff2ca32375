// How long ago a moment was, in the reader's language; the exact one is in the title. It goes on by itself.
import { useLanguage } from '../i18n/language';
import { createStore, useStore } from '../lib/store';

const TICK = 15_000;
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const now = createStore(Date.now());
setInterval(() => now.set(Date.now()), TICK);

export function ago(at: string, language: string, from: number): string {
  const seconds = (Date.parse(at) - from) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of UNITS) if (seconds <= -size) return format.format(Math.round(seconds / size), unit);
  return format.format(0, 'second');
}

export function Ago({ at, className }: { at: string; className?: string }) {
  const language = useLanguage();
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
  return (
    <time dateTime={at} title={exact} className={className}>
      {ago(at, language, useStore(now))}
    </time>
  );
}
