// The roles, and how they are changed.
import type { Role } from '../../gql/graphql';
import { graphql } from '../../lib/graphql';

export const ROLES = ['CUSTOMER', 'SELLER', 'OPERATOR', 'ADMIN'] as const satisfies Role[];

export const Changed = graphql(`
  fragment ChangedUser on UserResult {
    __typename
    ... on User {
      id
      roles
      active
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

export const SetRoles = graphql(`
  mutation SetRoles($id: ID!, $roles: [Role!]!) {
    setUserRoles(id: $id, roles: $roles) {
      ...ChangedUser
    }
  }
`);

export const SetActive = graphql(`
  mutation SetActive($id: ID!, $active: Boolean!) {
    setUserActive(id: $id, active: $active) {
      ...ChangedUser
    }
  }
`);
