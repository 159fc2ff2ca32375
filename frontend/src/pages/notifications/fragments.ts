// What is shown of a notification. Of what is in its event no id is asked for: it is a snapshot, and not what is now.
import { graphql } from '../../lib/graphql';

export const NotificationEvent = graphql(`
  fragment NotificationEvent on Event {
    __typename
    id
    type
    subjectId
    version
    occurredAt
    correlationId
    actor {
      kind
    }
    ... on OrderEvent {
      previousStatus
      order {
        number
        status
        paymentState
        cancelReason
        note
        total {
          amount
          currency
        }
        customer {
          name
        }
        items {
          product
          size
          color
          quantity
          unitPrice {
            amount
            currency
          }
        }
      }
    }
    ... on PaymentEvent {
      payment {
        method
        status
        declineReason
        amount {
          amount
          currency
        }
        order {
          id
        }
      }
    }
    ... on WebhookEvent {
      endpoint {
        name
        disabledReason
      }
    }
  }
`);

export const NotificationItem = graphql(`
  fragment NotificationItem on Notification {
    id
    readAt
    createdAt
    event {
      ...NotificationEvent
    }
  }
`);
