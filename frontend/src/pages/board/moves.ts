// What staff do with an order: every way it can be answered.
import { graphql } from '../../lib/graphql';

export const MovedFragment = graphql(`
  fragment MovedOnBoard on OrderResult {
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

export const ProcessOnBoard = graphql(`
  mutation ProcessOnBoard($id: ID!, $version: Int!) {
    processOrder(id: $id, expectedVersion: $version) {
      ...MovedOnBoard
    }
  }
`);

export const CompleteOnBoard = graphql(`
  mutation CompleteOnBoard($id: ID!, $version: Int!) {
    completeOrder(id: $id, expectedVersion: $version) {
      ...MovedOnBoard
    }
  }
`);

export const CancelOnBoard = graphql(`
  mutation CancelOnBoard($id: ID!, $version: Int!, $reason: String) {
    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {
      ...MovedOnBoard
    }
  }
`);
