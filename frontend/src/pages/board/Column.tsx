// The orders of one status. Only those cards are in the page that can be seen, or nearly.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { OrderStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Dot, type Tone } from '../../ui/Badge';
import { Skeletons } from '../../ui/Skeleton';
import type { Reach } from './columns';
import { OrderCard } from './OrderCard';
import type { Card } from './useBoard';

const TONES: Record<OrderStatus, Tone> = {
  AWAITING_PAYMENT: 'plain',
  PENDING: 'warn',
  PROCESSED: 'info',
  COMPLETED: 'good',
  CANCELLED: 'bad',
};
const HEIGHT = 104;
const GAP = 8;
const NEARLY = 10;

type Props = {
  status: OrderStatus;
  cards: Card[];
  count: number | undefined;
  reach: Reach | undefined;
  fresh: ReadonlySet<string>;
  onMore: (status: OrderStatus) => void;
};

export function Column({ status, cards, count, reach, fresh, onMore }: Props) {
  'use no memo'; // the virtualizer is one object whose answers change
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- said above
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    getItemKey: (place) => cards[place]?.id ?? place,
    gap: GAP,
    overscan: 2,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const wantsMore = reach !== undefined && !reach.whole && last >= cards.length - NEARLY;
  useEffect(() => {
    if (wantsMore) onMore(status);
  }, [wantsMore, onMore, status, cards.length]);
  return (
    <section aria-label={t(`status.${status}`)} className="flex min-h-0 w-[82vw] shrink-0 snap-center flex-col sm:w-72 xl:w-auto xl:min-w-0 xl:shrink" data-status={status}>
      <h2 className="flex items-center gap-2 px-1 pb-2.5 text-sm font-medium">
        <Dot tone={TONES[status]} />
        {t(`status.${status}`)}
        <span className="font-normal text-muted tabular-nums">{count !== undefined && t('app.number', { count })}</span>
      </h2>
      <div ref={scroller} tabIndex={0} role="group" aria-label={t('board.cards', { status: t(`status.${status}`) })} className="min-h-0 flex-1 overflow-y-auto rounded-lg p-1 [scrollbar-width:thin]">
        {!reach && <div className="grid gap-2"><Skeletons className="h-24" /></div>}
        {reach && cards.length === 0 && <p className="rounded-lg border border-dashed border-line px-3 py-6 text-center text-xs text-muted">{t('board.none')}</p>}
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const card = cards[index];
            return (
              card && (
                <li key={key} ref={virtual.measureElement} data-index={index} aria-setsize={cards.length} aria-posinset={index + 1} className="absolute inset-x-0 top-0 transition-transform duration-200" style={{ transform: `translateY(${start}px)` }}>
                  <OrderCard of={card} fresh={fresh.has(card.id)} />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </section>
  );
}
