// Which card is in which column. A column's pages come when it is scrolled; what happens comes by itself, and the
// newest version of an order wins whichever way it came.
import type { OrderStatus, PaymentState } from '../../gql/graphql';

export const STATUSES = ['AWAITING_PAYMENT', 'PENDING', 'PROCESSED', 'COMPLETED', 'CANCELLED'] as const satisfies OrderStatus[];

/** What the board must know of an order; the card shows the rest of it. */
export type Known = { id: string; status: OrderStatus; version: number; paymentState: PaymentState };
/** Up to where a column has been read: null is nothing yet. */
export type Reach = { after: string | null; whole: boolean };
export type Board<Card extends Known> = {
  cards: ReadonlyMap<string, Card>;
  reach: Readonly<Partial<Record<OrderStatus, Reach>>>;
  /** Those that moved before our eyes, with the turn at which they did: they are on top, the last one first. */
  turns: ReadonlyMap<string, number>;
};
export type Change<Card extends Known> =
  | { type: 'read'; status: OrderStatus; cards: Card[]; reach: Reach }
  | { type: 'happened'; card: Card; fits: boolean };

export const emptyBoard = { cards: new Map(), reach: {}, turns: new Map() } as const satisfies Board<Known>;

export function changed<Card extends Known>(board: Board<Card>, change: Change<Card>): Board<Card> {
  return change.type === 'read' ? read(board, change) : happened(board, change.card, change.fits);
}

function read<Card extends Known>(board: Board<Card>, { status, cards, reach }: Extract<Change<Card>, { type: 'read' }>) {
  const known = new Map(board.cards);
  for (const card of cards) if (!isOlder(card, known.get(card.id))) known.set(card.id, card);
  return { ...board, cards: known, reach: { ...board.reach, [status]: reach } };
}

function happened<Card extends Known>(board: Board<Card>, card: Card, fits: boolean): Board<Card> {
  const before = board.cards.get(card.id);
  if (isOlder(card, before)) return board;
  const cards = new Map(board.cards);
  if (fits) cards.set(card.id, card);
  else cards.delete(card.id);
  const moved = fits && before?.status !== card.status;
  return { ...board, cards, turns: moved ? new Map(board.turns).set(card.id, board.turns.size + 1) : board.turns };
}

function isOlder(card: Known, than: Known | undefined): boolean {
  return than !== undefined && card.version < than.version;
}

/** The cards of each column: those that moved last, then the newest orders. Ids grow with time. */
export function columnsOf<Card extends Known>({ cards, turns }: Board<Card>): Record<OrderStatus, Card[]> {
  const columns = Object.fromEntries(STATUSES.map((status) => [status, [] as Card[]])) as Record<OrderStatus, Card[]>;
  for (const card of cards.values()) columns[card.status].push(card);
  const turn = ({ id }: Card) => turns.get(id) ?? 0;
  for (const status of STATUSES) columns[status].sort((a, b) => turn(b) - turn(a) || (a.id < b.id ? 1 : -1));
  return columns;
}
