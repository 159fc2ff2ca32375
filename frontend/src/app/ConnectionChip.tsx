// How live the page is just now.
import { useT } from '../i18n/translate';
import { cx } from '../lib/cx';
import { useConnection, type Connection } from '../lib/live/connection';
import { Dot, type Tone } from '../ui/Badge';

const TONES: Record<Connection['phase'], Tone> = {
  idle: 'plain',
  connecting: 'warn',
  connected: 'good',
  reconnecting: 'warn',
  offline: 'bad',
};

export function ConnectionChip() {
  const t = useT();
  const state = useConnection();
  const ms = state.phase === 'connected' ? state.ms : null;
  return (
    <span role="status" className="ml-1 inline-flex items-center gap-2 text-xs font-medium text-muted" data-phase={state.phase}>
      <Dot tone={TONES[state.phase]} className={cx(state.phase === 'reconnecting' && 'animate-pulse')} />
      <span>{t(`live.${state.phase}`)}</span>
      {ms !== null && (
        <span aria-hidden className="tabular-nums max-sm:hidden">
          · {ms} ms
        </span>
      )}
    </span>
  );
}
