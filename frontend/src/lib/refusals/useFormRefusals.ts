// As useRefusals, for a form that knows at which of its fields a refusal or fault as a whole belongs: UrlRejected at
// `url`, say.
import { useState } from 'react';
import { codeOf } from '../../ui/Fault';
import type { FieldErrors } from './issues';
import { useRefusals } from './useRefusals';

type Said = Parameters<ReturnType<typeof useRefusals>['said']>[0];

export function useFormRefusals(places: Record<string, string> = {}) {
  const { said, clear, general, fields } = useRefusals();
  const [place, setPlace] = useState<string | null>(null);
  const hear = (next: Said) => {
    const what = next.refusal?.__typename ?? (next.error && codeOf(next.error)) ?? '';
    setPlace(places[what] ?? null);
    said(next);
  };
  const at: FieldErrors = place && general ? { ...fields, [place]: general } : fields;
  return { said: hear, clear, general: place ? null : general, fields: at };
}
