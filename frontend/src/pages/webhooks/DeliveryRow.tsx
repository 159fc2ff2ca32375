// One delivery: in a line, and with all that is known of it when it is opened.
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useT } from '../../i18n/translate';
import { cx } from '../../lib/cx';
import { readFragment, type FragmentType } from '../../lib/graphql';
import { DateTime } from '../../ui/DateTime';
import { DeliveryBadge } from './badges';
import { DeliveryDetail } from './DeliveryDetail';
import { DeliveryLine } from './delivery';
import { wireName } from './types';

type Props = { of: FragmentType<typeof DeliveryLine>; endpointId: string; onChanged: () => void };

export function DeliveryRow({ of, endpointId, onChanged }: Props) {
  const t = useT();
  const id = useId();
  const [open, setOpen] = useState(false);
  const delivery = readFragment(DeliveryLine, of);
  const last = delivery.attempts.at(-1);
  const answer = last ? (last.status ?? last.error) : '';
  return (
    <li data-delivery={delivery.status}>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} className="flex w-full items-center gap-3 px-4 py-2.5 text-left text-sm hover:bg-raised">
        <ChevronRight className={cx('size-4 shrink-0 text-muted transition-transform', open && 'rotate-90')} aria-hidden />
        <code className="min-w-0 flex-1 truncate font-mono text-xs">{wireName(delivery.event.type)}</code>
        <span className="truncate text-xs text-muted tabular-nums max-sm:hidden">{answer}</span>
        {last && <span className="text-xs whitespace-nowrap text-muted tabular-nums max-sm:hidden">{t('webhooks.ms', { count: last.durationMs })}</span>}
        <span className="text-xs whitespace-nowrap text-muted max-md:hidden">{t('webhooks.attempts.count', { count: delivery.attempts.length })}</span>
        <DateTime at={delivery.createdAt} className="text-xs whitespace-nowrap text-muted tabular-nums max-sm:hidden" />
        <span className="flex w-28 shrink-0 justify-end">
          <DeliveryBadge status={delivery.status} />
        </span>
      </button>
      <div id={id} hidden={!open}>
        {open && <DeliveryDetail id={delivery.id} endpointId={endpointId} place={delivery.event.cursor} next={delivery.nextAttemptAt} attempts={delivery.attempts.length} onChanged={onChanged} />}
      </div>
    </li>
  );
}
