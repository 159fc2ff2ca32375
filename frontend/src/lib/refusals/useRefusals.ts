// For a form: what the shop said to its last try, as texts for the form and for each field.
import { useState } from 'react';
import type { CombinedError } from 'urql';
import { useT } from '../../i18n/translate';
import { codeOf, faultText, requestId } from '../../ui/Fault';
import { useMoney } from '../../ui/Money';
import { fieldErrors, type FieldErrors } from './issues';
import { refusalText, type Refusal } from './texts';

/** Faults of what was written, which nobody need report. */
const THEIRS = new Set(['BAD_USER_INPUT', 'CURSOR_INVALID', 'CURSOR_EXPIRED']);
type Said = { refusal?: Refusal | null; error?: CombinedError | undefined };

export function useRefusals(): { said: (next: Said) => void; clear: () => void; general: string | null; fields: FieldErrors } {
  const [last, said] = useState<Said>({});
  const t = useT();
  const money = useMoney();
  return { said, clear: () => said({}), general: general(), fields: fieldErrors(t, last.refusal) };

  function general(): string | null {
    if (last.refusal) return refusalText({ t, money }, last.refusal);
    if (!last.error) return null;
    const id = THEIRS.has(codeOf(last.error)) ? null : requestId(last.error);
    return faultText(t, last.error) + (id ? ` ${t('fault.request', { id })}` : '');
  }
}
