// What an owner does with an endpoint.
import { graphql } from '../../lib/graphql';
import './endpoint';

export const CreateEndpoint = graphql(`
  mutation CreateEndpoint($input: CreateWebhookEndpointInput!) {
    createWebhookEndpoint(input: $input) {
      __typename
      ... on WebhookSecretIssued {
        secret
        endpoint {
          id
        }
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on UrlRejected {
        reason
      }
      ... on DocumentInvalid {
        errors
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export const UpdateEndpoint = graphql(`
  mutation UpdateEndpoint($input: UpdateWebhookEndpointInput!) {
    updateWebhookEndpoint(input: $input) {
      __typename
      ... on WebhookEndpoint {
        id
        ...EndpointSettings
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on UrlRejected {
        reason
      }
      ... on DocumentInvalid {
        errors
      }
      ... on VersionConflict {
        expected
        actual
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export const DeleteEndpoint = graphql(`
  mutation DeleteEndpoint($id: ID!) {
    deleteWebhookEndpoint(id: $id) {
      __typename
      ... on Refusal {
        message
      }
    }
  }
`);

export const RotateSecret = graphql(`
  mutation RotateSecret($id: ID!, $grace: Int!) {
    rotateWebhookSecret(endpointId: $id, graceSeconds: $grace) {
      __typename
      ... on WebhookSecretIssued {
        secret
        endpoint {
          id
          secretHint
          version
        }
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export const PingEndpoint = graphql(`
  mutation PingEndpoint($id: ID!) {
    pingWebhookEndpoint(id: $id) {
      __typename
      ... on WebhookDelivery {
        id
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export const Redeliver = graphql(`
  mutation Redeliver($id: ID!) {
    redeliverWebhook(deliveryId: $id) {
      __typename
      ... on WebhookDelivery {
        id
        status
        nextAttemptAt
        settledAt
      }
      ... on Refusal {
        message
      }
    }
  }
`);
