// What staff do with an order: every way it can be answered.
import { graphql } from '../../lib/graphql';

export const MovedFragment = graphql(`
  fragment Moved on OrderResult {
    __typename
    ... on Order {
      id
      status
      version
    }
    ... on InvalidTransition {
      from
      to
    }
    ... on VersionConflict {
      expected
      actual
    }
    ... on InvalidInput {
      issues {
        path
        code
        message
      }
    }
    ... on Refusal {
      message
    }
  }
`);

export const ProcessOrder = graphql(`
  mutation ProcessOrder($id: ID!, $version: Int!) {
    processOrder(id: $id, expectedVersion: $version) {
      ...Moved
    }
  }
`);

export const CompleteOrder = graphql(`
  mutation CompleteOrder($id: ID!, $version: Int!) {
    completeOrder(id: $id, expectedVersion: $version) {
      ...Moved
    }
  }
`);

export const CancelOrderOnBoard = graphql(`
  mutation CancelOrderOnBoard($id: ID!, $version: Int!, $reason: String) {
    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {
      ...Moved
    }
  }
`);
