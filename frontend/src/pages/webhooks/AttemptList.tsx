// How each attempt went.
import { useT } from '../../i18n/translate';
import { Badge } from '../../ui/Badge';
import { DateTime } from '../../ui/DateTime';

type Attempt = { number: number; at: string; durationMs: number; status?: number | null; error?: string | null; responseBody?: string | null };

export function AttemptList({ attempts }: { attempts: Attempt[] }) {
  const t = useT();
  if (attempts.length === 0) return <p className="text-xs text-muted">{t('webhooks.attempts.none')}</p>;
  return (
    <ol aria-label={t('webhooks.attempts')} className="grid gap-2">
      {attempts.map(({ number, at, durationMs, status, error, responseBody }) => (
        <li key={number} className="grid grid-cols-[minmax(0,1fr)] gap-1 text-xs">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="text-muted">{t('webhooks.attempt', { number })}</span>
            <Badge tone={status && status < 300 ? 'good' : 'bad'}>{status ?? t('webhooks.attempt.noAnswer')}</Badge>
            <DateTime at={at} look="time" className="text-muted tabular-nums" />
            <span className="text-muted tabular-nums">{t('webhooks.ms', { count: durationMs })}</span>
          </div>
          {(error ?? responseBody) && <p className="max-h-24 overflow-hidden font-mono break-words text-muted">{(error ?? responseBody ?? '').slice(0, 500)}</p>}
        </li>
      ))}
    </ol>
  );
}
