// What is known of an endpoint, for the parts of its page.
import { graphql } from '../../lib/graphql';

export const EndpointSettings = graphql(`
  fragment EndpointSettings on WebhookEndpoint {
    id
    name
    url
    status
    disabledReason
    types
    ordering
    maxInFlight
    document
    secretHint
    createdAt
    version
  }
`);
