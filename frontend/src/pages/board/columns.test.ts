import { expect, test } from 'vitest';
import { changed, columnsOf, emptyBoard, type Board, type Known } from './columns';

const card = (id: string, given: Partial<Known> = {}): Known => ({ id, status: 'PENDING', version: 1, paymentState: 'PAID', ...given });
const page = (...cards: Known[]) => ({ type: 'read', status: 'PENDING', cards, reach: { after: 'there', whole: false } }) as const;
const news = (one: Known, fits = true) => ({ type: 'happened', card: one, fits }) as const;
const ids = (board: Board<Known>, status: Known['status'] = 'PENDING') => columnsOf(board)[status].map(({ id }) => id);

test('a column has its newest order on top', () => {
  const board = changed(changed(emptyBoard, page(card('2'), card('1'))), page(card('3')));
  expect(ids(board)).toEqual(['3', '2', '1']);
});

test('an order that is processed leaves its column and is on top of the next one', () => {
  const before = changed(changed(emptyBoard, page(card('2'), card('1'))), page(card('9', { status: 'PROCESSED' })));
  const board = changed(before, news(card('1', { status: 'PROCESSED', version: 2 })));
  expect(ids(board)).toEqual(['2']);
  expect(ids(board, 'PROCESSED')).toEqual(['1', '9']);
});

test('of two that moved, the last one is on top', () => {
  let board = changed(emptyBoard, page(card('2'), card('1')));
  for (const id of ['1', '2', '1']) board = changed(board, news(card(id, { status: id === '1' && board.turns.size > 1 ? 'COMPLETED' : 'PROCESSED', version: 9 })));
  expect(ids(board, 'COMPLETED')).toEqual(['1']);
  expect(ids(board, 'PROCESSED')).toEqual(['2']);
});

test('a page that was on its way for too long takes nothing back', () => {
  const board = changed(emptyBoard, news(card('1', { status: 'PROCESSED', version: 2 })));
  expect(ids(changed(board, page(card('1'))), 'PROCESSED')).toEqual(['1']);
  expect(changed(board, news(card('1')))).toBe(board);
});

test('a change that moves nothing leaves the card where it is', () => {
  const before = changed(emptyBoard, page(card('2'), card('1')));
  expect(ids(changed(before, news(card('1', { version: 2 }))))).toEqual(['2', '1']);
});

test('an order that does not fit the filters any more goes', () => {
  const before = changed(emptyBoard, page(card('1')));
  expect(ids(changed(before, news(card('1', { paymentState: 'REFUNDED' }), false)))).toEqual([]);
});
