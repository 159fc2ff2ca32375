// For staff: what was sent to webhooks about an order.
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import type { DeliveryStatus } from '../../gql/graphql';
import { Badge, type Tone } from '../../ui/Badge';
import { Card, Section } from '../../ui/Card';
import { DateTime } from '../../ui/DateTime';
import { Cell, Table } from '../../ui/Table';

const OrderDeliveries = graphql(`
  fragment OrderDeliveries on WebhookDeliveryConnection {
    edges {
      node {
        id
        status
        createdAt
        endpoint {
          id
          name
        }
        event {
          id
          type
        }
        attempts {
          number
        }
      }
    }
  }
`);

const TONES: Record<DeliveryStatus, Tone> = { PENDING: 'warn', RETRYING: 'warn', SUCCEEDED: 'good', FAILED: 'bad', CANCELLED: 'plain' };

export function Deliveries({ of }: { of: FragmentType<typeof OrderDeliveries> }) {
  const t = useT();
  const { edges } = readFragment(OrderDeliveries, of);
  const head = [t('order.webhook'), t('order.event'), t('order.state'), t('order.attempts'), t('order.when')];
  return (
    <Section title={t('order.webhooks')}>
      {edges.length === 0 ? (
        <Card className="px-5 py-4 text-sm text-muted">{t('order.noWebhooks')}</Card>
      ) : (
        <Table label={t('order.webhooks')} head={head}>
          {edges.map(({ node }) => (
            <tr key={node.id}>
              <Cell>{node.endpoint.name}</Cell>
              <Cell>{t(`event.${node.event.type}`)}</Cell>
              <Cell>
                <Badge tone={TONES[node.status]}>{t(`delivery.${node.status}`)}</Badge>
              </Cell>
              <Cell className="tabular-nums">{node.attempts.length}</Cell>
              <Cell className="whitespace-nowrap">
                <DateTime at={node.createdAt} />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
