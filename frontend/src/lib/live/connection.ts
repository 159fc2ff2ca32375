// What the chip in the header says of the websocket.
import { createStore, useStore } from '../store';

export type Connection =
  | { phase: 'idle' }
  | { phase: 'connecting' }
  | { phase: 'connected'; ms: number | null }
  | { phase: 'reconnecting' }
  | { phase: 'offline' };

export const connection = createStore<Connection>({ phase: 'idle' });

export function useConnection(): Connection {
  return useStore(connection);
}
