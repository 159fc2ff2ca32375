// The states of endpoints and of deliveries.
import type { DeliveryStatus, WebhookStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Badge, type Tone } from '../../ui/Badge';

const ENDPOINT: Record<WebhookStatus, Tone> = { ENABLED: 'good', PAUSED: 'warn', DISABLED: 'bad' };
const DELIVERY: Record<DeliveryStatus, Tone> = { PENDING: 'info', RETRYING: 'warn', SUCCEEDED: 'good', FAILED: 'bad', CANCELLED: 'plain' };

export function EndpointBadge({ status }: { status: WebhookStatus }) {
  return <Badge tone={ENDPOINT[status]}>{useT()(`webhooks.status.${status}`)}</Badge>;
}

export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  return <Badge tone={DELIVERY[status]}>{useT()(`webhooks.delivery.${status}`)}</Badge>;
}
