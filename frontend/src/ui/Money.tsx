// An amount as the language writes it. The exact text is formatted, not a rounded number.
import { useLanguage, type Language } from '../i18n/language';

export type Amount = { amount: string; currency: string };

export function money({ amount, currency }: Amount, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  return format.format(amount as unknown as number); // Intl takes decimal text and keeps every digit
}

export function useMoney(): (amount: Amount) => string {
  const language = useLanguage();
  return (amount) => money(amount, language);
}

export function Money({ of, className }: { of: Amount; className?: string }) {
  const shown = useMoney();
  return <span className={`whitespace-nowrap tabular-nums ${className ?? ''}`}>{shown(of)}</span>;
}
