// How every request is sent: with the token, and once more with a new one where the old is not good any more.
import { COOKIE_SESSION } from './post';
import { accessToken, refresh } from './tokens';

/** Milliseconds until no answer counts as none: what was sent may be sent again. */
const PATIENCE = 20_000;

export async function shopFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const token = await accessToken();
  const response = await send(input, init, token);
  if (response.status !== 401 || !token) return response;
  await refresh();
  return send(input, init, await accessToken());
}

function send(input: RequestInfo | URL, init: RequestInit, token: string | null): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(COOKIE_SESSION)) headers.set(name, value);
  if (token) headers.set('authorization', `Bearer ${token}`);
  const patience = AbortSignal.timeout(PATIENCE);
  const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience;
  return fetch(input, { ...init, headers, signal });
}
