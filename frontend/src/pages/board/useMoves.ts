// Moving an order by hand. The card itself moves when the shop tells of it, as for everybody else; a refusal stays
// with the card until the order has changed.
import { useState } from 'react';
import { useClient, type Client } from 'urql';
import { useT } from '../../i18n/translate';
import { readFragment } from '../../lib/graphql';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { announce } from './announced';
import { CancelOnBoard, CompleteOnBoard, MovedFragment, ProcessOnBoard } from './moves';

export type Move = 'process' | 'complete' | 'cancel';
type Order = { id: string; number: string; version: number };
type Wish = { id: string; version: number };

const SENDERS = {
  process: async (client: Client, wish: Wish) => {
    const { data, error } = await client.mutation(ProcessOnBoard, wish);
    return { result: data?.processOrder, error };
  },
  complete: async (client: Client, wish: Wish) => {
    const { data, error } = await client.mutation(CompleteOnBoard, wish);
    return { result: data?.completeOrder, error };
  },
  cancel: async (client: Client, wish: Wish, reason: string) => {
    const { data, error } = await client.mutation(CancelOnBoard, { ...wish, reason: reason.trim() || null });
    return { result: data?.cancelOrder, error };
  },
};

export function useMoves(order: Order) {
  const client = useClient();
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [version, setVersion] = useState(order.version);
  const { said, clear, general } = useRefusals();
  if (version !== order.version) {
    setVersion(order.version);
    clear();
  }

  async function move(to: Move, reason = ''): Promise<void> {
    setBusy(true);
    const answer = await SENDERS[to](client, { id: order.id, version: order.version }, reason);
    const result = readFragment(MovedFragment, answer.result);
    setBusy(false);
    if (result?.__typename === 'Order') announce(t('board.moved', { number: order.number, status: t(`status.${result.status}`) }));
    else said({ refusal: result, error: answer.error });
  }

  return { move, busy, said: general };
}
