// The graph cache: what the pages know of the shop, each thing once.
import { cacheExchange, type Cache } from '@urql/exchange-graphcache';
import { possibleTypes } from '../../gql/possible-types';

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

/** Whoever shows a field of the root asks for it again. */
function readAgain(cache: Cache, name: string): void {
  for (const { fieldName, arguments: given } of cache.inspectFields('Query')) {
    if (fieldName === name) cache.invalidate('Query', fieldName, given);
  }
}
