// Placing an order: sent until the shop has answered, always with the same key, so that it is one order.
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useClient, type CombinedError } from 'urql';
import { graphql } from '../../lib/graphql';
import { untilWorthTrying } from '../../lib/live/waiting';
import type { Refusal } from '../../lib/refusals/texts';
import { useViewer } from '../../lib/session/viewer';
import { keyFor, refused, settled, unanswered, type Draft } from '../../lib/shopping/attempt';
import { codeOf } from '../../ui/Fault';

const Place = graphql(`
  mutation PlaceOrder($input: CreateOrderInput!) {
    createOrder(input: $input) {
      __typename
      ... on Order {
        id
        number
        version
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on OutOfStock {
        productId
        requested
        available
      }
      ... on PriceChanged {
        productId
        expected {
          amount
          currency
        }
        actual {
          amount
          currency
        }
      }
      ... on CardRejected {
        reason
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export type Placed = { id: string; number: string };
export type Said = { refusal?: (Refusal & { productId?: string }) | null; error?: CombinedError | undefined };
/** `waiting`: the connection was lost while it was sent; it goes on by itself. */
type Phase = 'idle' | 'sending' | 'waiting';
export type Placing = { phase: Phase; said: Said; place: (draft: Draft) => void };

/** What was sent may have arrived, or not: the same is sent again. */
export const NO_ANSWER = new Set(['network', 'UNAVAILABLE', 'TIMEOUT']);

export function usePlacing(name: string, onPlaced: (order: Placed) => void): Placing {
  const client = useClient();
  const viewer = useViewer();
  const [phase, setPhase] = useState<Phase>('idle');
  const [said, setSaid] = useState<Said>({});
  const running = useRef(false);
  const here = useRef(true);

  async function place(draft: Draft) {
    if (running.current || !viewer) return;
    running.current = true;
    setSaid({});
    setPhase('sending');
    const input = { ...draft, idempotencyKey: keyFor(name, viewer.id, draft) };
    for (let tries = 0; here.current; tries++) {
      const { data, error } = await client.mutation(Place, { input }).toPromise();
      if (error && NO_ANSWER.has(codeOf(error))) {
        setPhase('waiting');
        await untilWorthTrying(tries);
      } else {
        finish(data?.createOrder, error);
        break;
      }
    }
    running.current = false;
  }

  function finish(result: (Refusal & Partial<Placed>) | undefined, error: CombinedError | undefined) {
    setPhase('idle');
    if (result?.__typename === 'Order') {
      settled(name);
      onPlaced(result as Placed);
      return;
    }
    if (result?.__typename === 'IdempotencyConflict') settled(name);
    else refused(name);
    setSaid({ refusal: result, error });
  }

  const resume = useEffectEvent(() => {
    const left = viewer && unanswered(name, viewer.id);
    if (left) void place(left);
  });
  useEffect(() => {
    here.current = true;
    const timer = setTimeout(() => resume());
    return () => {
      here.current = false;
      clearTimeout(timer);
    };
  }, [viewer?.id]);

  return { phase, said, place: (draft) => void place(draft) };
}
