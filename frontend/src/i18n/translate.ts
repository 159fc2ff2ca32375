// Texts by key: `{name}` is filled in, and of `one|many` the form that the language wants for `{count}` is taken.
import { en } from './en';
import { es } from './es';
import { useLanguage, type Language } from './language';

export type Key = keyof typeof en;
type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Value = string | number;
export type Values<K extends Key> = [Names<(typeof en)[K]>] extends [never]
  ? []
  : [values: Record<Names<(typeof en)[K]>, Value>];
/** A text without holes. */
export type PlainKey = { [K in Key]: Values<K> extends [] ? K : never }[Key];
export type Translate = <K extends Key>(key: K, ...values: Values<K>) => string;

const texts: Record<Language, Record<Key, string>> = { en, es };

export function translate(language: Language, key: Key, values: Record<string, Value> = {}): string {
  const [one = '', many = one] = texts[language][key].split('|');
  const form = new Intl.PluralRules(language).select(Number(values['count'] ?? 1)) === 'one' ? one : many;
  return form.replaceAll(/\{(\w+)\}/g, (hole, name: string) => shown(language, values[name] ?? hole));
}

function shown(language: Language, value: Value): string {
  return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
}

const translators = new Map<Language, Translate>();

/** The function that gives texts in the language of the page. */
export function useT(): Translate {
  const language = useLanguage();
  const known = translators.get(language);
  if (known) return known;
  const made: Translate = (key, ...values) => translate(language, key, values[0]);
  translators.set(language, made);
  return made;
}

export function isKey(text: string): text is Key {
  return Object.hasOwn(en, text);
}
