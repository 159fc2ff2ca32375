// What is wrong with an input, field by field: `path` without the name of the argument, joined by dots.
import type { Translate } from '../../i18n/translate';
import { isKey } from '../../i18n/translate';
import type { Issue, Refusal } from './texts';

export type FieldErrors = Record<string, string>;

export function fieldErrors(t: Translate, refusal: Refusal | null | undefined): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of refusal?.issues ?? []) errors[fieldOf(issue)] ??= issueText(t, issue);
  return errors;
}

function fieldOf({ path }: Issue): string {
  return (path[0] === 'input' ? path.slice(1) : path).join('.');
}

/** Of its numbers, those which say what is allowed: `must be 1 to 100, it is 0`. */
function limits(t: Translate, message: string): string {
  const [, least, most] = /(\d[\d.,]*) to (\d[\d.,]*\d|\d)/.exec(message) ?? [];
  if (least && most) return t('issue.range', { least, most });
  return /at most (\d+)/.exec(message)?.[1]?.replace(/^/, '≤ ') ?? message;
}

function passwordText(t: Translate, message: string): string {
  if (/bytes/.test(message)) return t('issue.PASSWORD');
  return /e-mail/.test(message) ? t('issue.PASSWORD.email') : t('issue.PASSWORD.common');
}

export function issueText(t: Translate, issue: Issue): string {
  const field = issue.path.at(-1) ?? '';
  if (issue.code === 'PASSWORD') return passwordText(t, issue.message);
  if (issue.code === 'LENGTH' && /it has 0$/.test(issue.message)) return t('issue.MISSING');
  const special = `issue.${issue.code}.${field}`;
  if (isKey(special)) return t(special as 'issue.FORMAT.email');
  const key = `issue.${issue.code}`;
  if (isKey(key)) return t(key as 'issue.LENGTH', { limits: limits(t, issue.message) });
  return issue.message;
}
