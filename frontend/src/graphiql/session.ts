// Who asks: the tokens of one sign-in, in this page's memory only, renewed before they expire.
import { useSyncExternalStore } from 'react';

export type Who = { name: string; roles: string[] };
type Tokens = { accessToken: string; expiresIn: number; refreshToken: string };
type Answer = { __typename: string; message?: string; tokens: Tokens; user: Who };

const TAKEN = `__typename
  ... on SignedIn { user { name roles } tokens { accessToken expiresIn refreshToken } }
  ... on Refusal { message }`;
export const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) { ${TAKEN} } }`;
export const REFRESH = `mutation Refresh($token: String!) { refreshTokens(refreshToken: $token) { ${TAKEN} } }`;
const EARLY = 60;

type Signed = { who: Who | null; tokens: Tokens | null };

let current: Signed = { who: null, tokens: null };
let renewal: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Calls back when somebody else asks from now on, or the same with a new token. */
export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whoever is signed in; the same object until somebody else is. */
export function who(): Who | null {
  return current.who;
}

export function useWho(): Who | null {
  return useSyncExternalStore(onChange, who);
}

/** What every request and every websocket says, unless the tab has an authorization header of its own. */
export function authorization(): string | undefined {
  return current.tokens ? `Bearer ${current.tokens.accessToken}` : undefined;
}

/** Rejects with what the shop says. */
export async function signIn(email: string, password: string): Promise<void> {
  become(await ask(LOGIN, { input: { email, password } }));
}

export function signOut(): void {
  become(null);
}

function become(answer: Answer | null): void {
  clearTimeout(renewal);
  current = answer ? { who: answer.user, tokens: answer.tokens } : { who: null, tokens: null };
  if (answer) renewal = setTimeout(() => void renew(), Math.max(1, answer.tokens.expiresIn - EARLY) * 1000);
  for (const listener of listeners) listener();
}

async function renew(): Promise<void> {
  const { who: user, tokens } = current;
  if (!user || !tokens) return;
  try {
    const answer = await ask(REFRESH, { token: tokens.refreshToken });
    if (current.tokens === tokens) become({ ...answer, user });
  } catch {
    if (current.tokens === tokens) signOut();
  }
}

async function ask(query: string, variables: object): Promise<Answer> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Record<string, Answer>; errors?: { message: string }[] };
  const [answer] = Object.values(data ?? {});
  if (answer?.__typename !== 'SignedIn') throw new Error(answer?.message ?? errors?.[0]?.message ?? 'No answer.');
  return answer;
}
