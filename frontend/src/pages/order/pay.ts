import { graphql } from '../../lib/graphql';

export const Pay = graphql(`
  mutation PayOrder($input: PayOrderInput!) {
    payOrder(input: $input) {
      __typename
      ... on Payment {
        id
        status
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on CardRejected {
        reason
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
