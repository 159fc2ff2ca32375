// What staff can do with an order in its present state.
import { X } from 'lucide-react';
import type { OrderStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Button } from '../../ui/Button';
import type { Move } from './useMoves';

const NEXT: Partial<Record<OrderStatus, Move>> = { PENDING: 'process', PROCESSED: 'complete' };
const OPEN: OrderStatus[] = ['AWAITING_PAYMENT', 'PENDING', 'PROCESSED'];

type Props = {
  order: { number: string; status: OrderStatus };
  busy: boolean;
  onMove: (move: Move) => Promise<void>;
  onCancel: () => void;
};

export function CardActions({ order: { number, status }, busy, onMove, onCancel }: Props) {
  const t = useT();
  const next = NEXT[status];
  if (!OPEN.includes(status)) return null;
  return (
    <div className="ml-auto flex items-center gap-1">
      {next && (
        <Button small busy={busy} className="h-7 px-2 text-xs" onClick={() => void onMove(next)}>
          {t(`board.${next}`)}
          <span className="sr-only"> {number}</span>
        </Button>
      )}
      <button
          type="button"
          disabled={busy}
          title={t('board.cancel')}
          aria-label={`${t('board.cancel')} ${number}`}
          onClick={onCancel}
          className="grid size-7 place-items-center rounded-lg text-muted hover:bg-bad-soft hover:text-bad"
        >
          <X className="size-4" aria-hidden />
        </button>
    </div>
  );
}
