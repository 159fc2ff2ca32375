// What is known of a delivery: in the log, and when it is opened.
import { graphql } from '../../lib/graphql';

export const DeliveryLine = graphql(`
  fragment DeliveryLine on WebhookDelivery {
    id
    status
    createdAt
    nextAttemptAt
    settledAt
    event {
      id
      type
      subjectId
      cursor
    }
    attempts {
      number
      at
      durationMs
      status
      error
    }
  }
`);

export const DeliveryWhole = graphql(`
  query DeliveryWhole($id: ID!) {
    webhookDelivery(id: $id) {
      id
      body
      attempts {
        number
        at
        durationMs
        status
        error
        responseBody
      }
    }
  }
`);
