// The websocket: opened when something is followed, renewed in band, and opened again for as long as it takes.
import { createClient, type Client } from 'graphql-ws';
import { ENDPOINT } from '../session/post';
import { accessToken, refresh, youngToken } from '../session/tokens';
import { connection } from './connection';
import { beginRecovery } from './recovered';
import { untilWorthTrying } from './waiting';

const TOKEN_NOT_GOOD = 4403;
const PING_EVERY = 12_000;
const PONG_WITHIN = 8_000;

export function openSocket(): { client: Client; close: () => void } {
  let open: WebSocket | null = null;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let sentAt = 0;
  let wasConnected = false;
  let lost = false;
  let disposed = false;

  async function authorization(): Promise<Record<string, string>> {
    const token = await accessToken();
    return token ? { authorization: `Bearer ${token}` } : {};
  }

  function renewInTime(payload: unknown) {
    const { expiresAt } = (payload ?? {}) as { expiresAt?: string };
    if (!expiresAt) return;
    clearTimeout(renewal);
    renewal = setTimeout(() => void renew(), Math.max(1_000, (Date.parse(expiresAt) - Date.now()) / 2));
  }

  async function renew() {
    const token = await youngToken().catch(() => null);
    if (token && open?.readyState === WebSocket.OPEN) ping({ authorization: `Bearer ${token}` });
  }

  function ping(payload?: Record<string, string>) {
    sentAt = performance.now();
    open?.send(JSON.stringify({ type: 'ping', ...(payload && { payload }) }));
  }

  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}${ENDPOINT}`,
    connectionParams: authorization,
    lazyCloseTimeout: 2_000,
    keepAlive: PING_EVERY,
    retryAttempts: Infinity,
    shouldRetry: () => !disposed,
    retryWait: untilWorthTrying,
    on: {
      connecting: () => connection.set({ phase: lost ? 'reconnecting' : 'connecting' }),
      connected(opened, payload) {
        open = opened as WebSocket;
        connection.set({ phase: 'connected', ms: null });
        if (lost && wasConnected) beginRecovery();
        wasConnected = true;
        lost = false;
        renewInTime(payload);
        ping();
      },
      ping(received) {
        if (received) return;
        sentAt = performance.now();
        patience = setTimeout(() => client.terminate(), PONG_WITHIN);
      },
      pong(received, payload) {
        if (!received) return;
        clearTimeout(patience);
        connection.set({ phase: 'connected', ms: Math.round(performance.now() - sentAt) });
        renewInTime(payload);
      },
      closed(event) {
        open = null;
        clearTimeout(renewal);
        clearTimeout(patience);
        const { code, wasClean } = event as CloseEvent;
        lost = lost || !(wasClean && code === 1000);
        connection.set({ phase: lost ? (navigator.onLine ? 'reconnecting' : 'offline') : 'idle' });
        if (code === TOKEN_NOT_GOOD) void refresh().catch(() => undefined);
      },
    },
  });

  const wentOffline = () => {
    connection.set({ phase: 'offline' });
    client.terminate();
  };
  window.addEventListener('offline', wentOffline);
  return {
    client,
    close() {
      disposed = true;
      window.removeEventListener('offline', wentOffline);
      Promise.resolve(client.dispose()).catch(() => undefined); // it was connecting, and is told that it is closed
      connection.set({ phase: 'idle' });
    },
  };
}
