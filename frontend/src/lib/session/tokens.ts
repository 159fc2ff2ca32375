// The access token: in memory only, renewed in time, and by one tab at a time. Tabs tell each other.
import { isRecord } from '../stored';
import { ShopFault, post } from './post';
import { arrive, leave, session, type Viewer } from './viewer';

type Token = { value: string; madeAt: number; expiresAt: number };
type Grant = { tokens: { accessToken: string; expiresIn: number }; user: Viewer };
type News = { token: Token; viewer: Viewer } | 'signed out';

const REFRESH = `mutation Refresh { refreshTokens { __typename
  ... on SignedIn { tokens { accessToken expiresIn } user { id name email roles } } } }`;
const EARLY = 30_000;

let token: Token | null = null;
let running: Promise<void> | null = null;
const tabs = new BroadcastChannel('swapshop.session');

tabs.onmessage = ({ data }: MessageEvent<News>) => {
  if (data === 'signed out') return forgetToken();
  token = data.token;
  arrive(data.viewer);
};

function forgetToken() {
  token = null;
  leave();
}

/** Takes what register, login, refreshTokens and changePassword give. */
export function signedIn({ tokens, user }: Grant): void {
  const now = Date.now();
  token = { value: tokens.accessToken, madeAt: now, expiresAt: now + tokens.expiresIn * 1000 };
  const viewer: Viewer = { id: user.id, name: user.name, email: user.email, roles: user.roles };
  arrive(viewer);
  tabs.postMessage({ token, viewer } satisfies News);
}

export function signedOut(): void {
  forgetToken();
  tabs.postMessage('signed out' satisfies News);
}

/** A token that is good for a while yet; null when nobody is signed in. Rejects when the shop cannot be reached. */
export async function accessToken(): Promise<string | null> {
  if (session.get().phase === 'nobody') return null;
  if (running) await running;
  if (!token || token.expiresAt - EARLY < Date.now()) await refresh();
  return token?.value ?? null;
}

/** A token in the first half of its life: what a websocket is renewed with. */
export async function youngToken(): Promise<string | null> {
  if (token && token.madeAt + (token.expiresAt - token.madeAt) / 2 < Date.now()) await refresh();
  return accessToken();
}

export function refresh(): Promise<void> {
  const stale = token;
  running ??= oneTabAtATime(() => renew(stale)).finally(() => (running = null));
  return running;
}

async function oneTabAtATime(work: () => Promise<void>): Promise<void> {
  await navigator.locks.request('swapshop.refresh', work);
}

async function renew(stale: Token | null): Promise<void> {
  if (token !== stale || session.get().phase === 'nobody') return; // another tab was quicker
  const { refreshTokens: answer } = await post(REFRESH);
  if (!isRecord(answer)) throw new ShopFault('The shop did not say who is signed in.');
  if (answer['__typename'] === 'SignedIn') signedIn(answer as unknown as Grant);
  else signedOut();
}
