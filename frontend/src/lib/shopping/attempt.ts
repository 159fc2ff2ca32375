// An order on its way: its idempotency key, kept until the shop has answered, over reloads and lost connections.
// A card is never among what is kept.
import type { CreateOrderInput } from '../../gql/graphql';
import { forget, isRecord, read, write } from '../stored';

export type Draft = Omit<CreateOrderInput, 'idempotencyKey'>;
/** `waiting`: what was sent, and may be sent again as it is; null once it was refused, or when a card was with it. */
type Attempt = { userId: string; key: string; print: string; waiting: Draft | null };

const place = (name: string) => `swapshop.attempt.${name}`;

function understood(value: unknown): Attempt | null {
  if (!isRecord(value)) return null;
  const { userId, key, print, waiting } = value;
  if (typeof userId !== 'string' || typeof key !== 'string' || typeof print !== 'string') return null;
  return { userId, key, print, waiting: isDraft(waiting) ? waiting : null };
}

function isDraft(value: unknown): value is Draft {
  return isRecord(value) && Array.isArray(value['items']);
}

/** What tells two orders apart; of a card, only that it is one. */
function printOf({ payment, ...rest }: Draft): string {
  return JSON.stringify([rest, payment?.card ? 'card' : (payment ?? null)]);
}

/** The key of this order: that of the last try, if it was the same order of the same customer. */
export function keyFor(name: string, userId: string, draft: Draft): string {
  const print = printOf(draft);
  const known = read(place(name), understood);
  const key = known?.userId === userId && known.print === print ? known.key : crypto.randomUUID();
  write(place(name), { userId, key, print, waiting: draft.payment?.card ? null : draft } satisfies Attempt);
  return key;
}

/** What was sent, and never answered as far as this browser knows. */
export function unanswered(name: string, userId: string): Draft | null {
  const known = read(place(name), understood);
  return known?.userId === userId ? known.waiting : null;
}

/** The shop said no: nothing is on its way, and the key is free for the next try. */
export function refused(name: string): void {
  const known = read(place(name), understood);
  if (known) write(place(name), { ...known, waiting: null });
}

export function settled(name: string): void {
  forget(place(name));
}
