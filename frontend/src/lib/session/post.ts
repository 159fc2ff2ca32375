// The bare request to the shop, for the tokens themselves: everything else goes through the client.
export const ENDPOINT = '/graphql';
/** Asks the shop to keep the refresh token in a cookie that no script can read. */
export const COOKIE_SESSION = { 'x-swapshop-session': 'cookie' };

export class ShopFault extends Error {}

export async function post(query: string): Promise<Record<string, unknown>> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...COOKIE_SESSION },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(20_000),
  });
  const { data } = (await response.json()) as { data?: Record<string, unknown> | null };
  if (!data) throw new ShopFault(`The shop answered with status ${response.status}.`);
  return data;
}
