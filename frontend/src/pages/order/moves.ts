// The steps of an order that are taken by hand.
import { graphql } from '../../lib/graphql';

export const Process = graphql(`
  mutation ProcessOrder($id: ID!, $version: Int) {
    processOrder(id: $id, expectedVersion: $version) {
      __typename
      ... on Order {
        id
        status
        paymentState
        version
      }
      ... on InvalidTransition {
        from
        to
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export const Complete = graphql(`
  mutation CompleteOrder($id: ID!, $version: Int) {
    completeOrder(id: $id, expectedVersion: $version) {
      __typename
      ... on Order {
        id
        status
        paymentState
        version
      }
      ... on InvalidTransition {
        from
        to
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export const Cancel = graphql(`
  mutation CancelOrder($id: ID!, $version: Int, $reason: String) {
    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {
      __typename
      ... on Order {
        id
        status
        paymentState
        version
        cancelReason
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on InvalidTransition {
        from
        to
      }
      ... on Refusal {
        message
      }
    }
  }
`);
