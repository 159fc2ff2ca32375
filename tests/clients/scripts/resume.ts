// Follows the log until the test has seen enough, through every loss of the connection, with a new token for each.
import { connected, post, say } from './shop.ts';

const refresh = `mutation ($token: String!) { refreshTokens(refreshToken: $token) {
  ... on SignedIn { tokens { accessToken refreshToken } } ... on Refusal { message } } }`;
let refreshToken = process.env.REFRESH_TOKEN;
let cursor: string | undefined;

const client = connected({
  async connectionParams() {
    const { tokens } = (await post(refresh, { token: refreshToken })).data.refreshTokens;
    refreshToken = tokens.refreshToken;
    return { authorization: `Bearer ${tokens.accessToken}` };
  },
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { connected: () => say({ connected: true }) },
});

const query = 'subscription ($after: Cursor) { events(after: $after) { cursor event { id } } }';
// The client sends the same payload after each reconnect: as a getter, `after` is the newest cursor each time.
const variables = { get after() { return cursor; } };
for await (const { data } of client.iterate({ query, variables })) {
  const { event, ...message } = (data as any).events;
  cursor = message.cursor;
  say(event ? { event: event.id } : { progress: cursor });
}
