// A moment in the reader's language and time zone; the exact one is in the title.
import { useLanguage } from '../i18n/language';

const STYLES = {
  full: { dateStyle: 'medium', timeStyle: 'medium' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { dateStyle: 'medium' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export function DateTime({ at, look = 'short', className }: { at: string; look?: keyof typeof STYLES; className?: string }) {
  const language = useLanguage();
  const date = new Date(at);
  const shown = (style: keyof typeof STYLES) => new Intl.DateTimeFormat(language, STYLES[style]).format(date);
  return (
    <time dateTime={at} title={shown('full')} className={className}>
      {shown(look)}
    </time>
  );
}
