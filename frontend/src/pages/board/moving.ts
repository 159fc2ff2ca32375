// A card that moves is seen to move: from where it was to where it is now, unless the reader wants no motion.
import { flushSync } from 'react-dom';

const NAME = 'moving-card';
let running = false;

function cardOf(id: string): HTMLElement | null {
  return document.getElementById(`card-${id}`);
}

function wanted(): boolean {
  return !running && !document.hidden && 'startViewTransition' in document && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Does the change, at once or as a movement of the one card. One moves at a time; the others are just there. */
export function whileMoving(id: string, moves: boolean, change: () => void): void {
  const before = cardOf(id);
  if (!moves || !before) return change();
  const focused = before.contains(document.activeElement);
  const neighbour = focused ? neighbourOf(before) : null;
  if (!wanted()) {
    flushSync(change);
    return refocus(neighbour);
  }
  running = true;
  before.style.setProperty('view-transition-name', NAME);
  const transition = document.startViewTransition(() => {
    before.style.removeProperty('view-transition-name');
    flushSync(change);
    refocus(neighbour);
    cardOf(id)?.style.setProperty('view-transition-name', NAME);
  });
  void transition.finished
    .catch(() => undefined)
    .then(() => {
      running = false;
      cardOf(id)?.style.removeProperty('view-transition-name');
    });
}

/** Where somebody who works with the keyboard goes on: the next card of the column, or the column. */
function neighbourOf(card: HTMLElement): HTMLElement | null {
  const item = card.closest('li');
  const next = item?.nextElementSibling ?? item?.previousElementSibling;
  return next?.querySelector('a') ?? card.closest<HTMLElement>('[tabindex]');
}

function refocus(target: HTMLElement | null): void {
  if (target?.isConnected) target.focus({ preventScroll: true });
}
