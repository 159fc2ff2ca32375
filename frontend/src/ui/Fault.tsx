// A fault, as it concerns the reader: what failed, the number of the request, and a way to try again.
import type { CombinedError } from 'urql';
import { isKey, useT, type Translate } from '../i18n/translate';
import { isRecord } from '../lib/stored';
import { Button } from './Button';

export function codeOf(error: CombinedError): string {
  if (error.networkError && !isAnswer(error.response)) return 'network';
  const code = error.graphQLErrors[0]?.extensions['code'];
  return typeof code === 'string' ? code : 'other';
}

export function faultText(t: Translate, error: CombinedError): string {
  const key = `fault.${codeOf(error)}`;
  return isKey(key) ? t(key as 'fault.network') : t('fault.other');
}

function isAnswer(response: unknown): response is Response {
  return response instanceof Response;
}

export function requestId(error: CombinedError): string | null {
  const response: unknown = error.response;
  return isAnswer(response) ? response.headers.get('x-request-id') : null;
}

export function Fault({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  const t = useT();
  const id = requestId(error);
  return (
    <FaultBox text={faultText(t, error)} requestId={id} onRetry={onRetry} />
  );
}

type Box = { text: string; detail?: string; requestId?: string | null; onRetry?: (() => void) | undefined };

export function FaultBox({ text, detail, requestId: id, onRetry }: Box) {
  const t = useT();
  return (
    <div role="alert" className="grid justify-items-start gap-3 rounded-xl border border-bad/40 bg-bad-soft p-5 text-sm">
      <p className="font-semibold text-bad">{t('fault.title')}</p>
      <p>{text}</p>
      {detail && <p className="font-mono text-xs wrap-anywhere text-muted">{detail}</p>}
      {id && <p className="font-mono text-xs text-muted">{t('fault.request', { id })}</p>}
      {onRetry && (
        <Button small onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </div>
  );
}

export function messageOfFault(fault: unknown): string {
  return fault instanceof Error ? fault.message : isRecord(fault) ? JSON.stringify(fault) : String(fault);
}
