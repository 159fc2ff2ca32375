// The graph cache: what the pages know of the shop, each thing once.
import { cacheExchange, type Cache } from '@urql/exchange-graphcache';
import { mutations, possibleTypes } from '../../gql/possible-types';

type Data = Record<string, unknown>;
/** A part of what it stands in: it has no id of its own. */
const part = () => null;
/** Asked for without its id, it is a snapshot and belongs to what it stands in (an event): see docs/decisions/0016. */
const whole = (data: Data) => (typeof data['id'] === 'string' ? data['id'] : null);

const PARTS = [
  'Actor', 'AuthTokens', 'CardSummary', 'Dependency', 'InputIssue', 'LogReader', 'LoggedOut', 'Money', 'NotificationsRead',
  'OrderItem', 'PageInfo', 'SignedIn', 'StockLevel', 'StockMovement', 'System', 'WebhookAttempt', 'WebhookReplayQueued',
  'WebhookSecretIssued', 'WebhookStats',
  'EventMessage', 'NotificationMessage', 'OrderMessage', 'ProductMessage',
  ...['Event', 'Notification', 'Order', 'Product', 'StockMovement', 'User', 'WebhookDelivery', 'WebhookEndpoint'].flatMap(
    (name) => [`${name}Connection`, `${name}Edge`],
  ),
  ...(possibleTypes['Refusal'] ?? []),
]; // prettier-ignore
const WHOLES = ['Order', 'Payment', 'Product', 'User', 'WebhookEndpoint'];

export function graphCache() {
  return cacheExchange({
    possibleTypes,
    keys: {
      ...Object.fromEntries(PARTS.map((name) => [name, part])),
      ...Object.fromEntries(WHOLES.map((name) => [name, whole])),
    },
    updates: {
      Mutation: {
        ...Object.fromEntries(mutations.map((name) => [name, forgetNothing])),
        markNotificationsRead: (_, __, cache) => readAgain(cache, 'notifications'),
      },
      Subscription: {
        notificationReceived: ({ notificationReceived: message }, _, cache) => {
          if ((message as Data)['notification']) readAgain(cache, 'notifications');
        },
      },
    },
  });
}

/**
 * What graphcache does for a mutation that has no function of its own: when the answer is something new, it forgets
 * everything of that kind, so that lists are read again. Ours are read again anyway; and an answer that came at the same
 * moment could not be read back from what was forgotten, so that its page was left with nothing.
 */
function forgetNothing(): void {}

/** Whoever shows a field of the root asks for it again. */
function readAgain(cache: Cache, name: string): void {
  for (const { fieldName, arguments: given } of cache.inspectFields('Query')) {
    if (fieldName === name) cache.invalidate('Query', fieldName, given);
  }
}
