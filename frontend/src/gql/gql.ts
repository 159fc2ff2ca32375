/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation SignOut {\n    logout {\n      sessionsRevoked\n    }\n  }\n": typeof types.SignOutDocument,
    "\n  fragment ArticleFacts on Product {\n    id\n    sku\n    description\n    category\n    condition\n    size\n    color\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n    seller {\n      id\n      name\n    }\n  }\n": typeof types.ArticleFactsFragmentDoc,
    "\n  query Article($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      imageUrl\n      archived\n      available\n      price {\n        amount\n        currency\n      }\n      ...ArticleFacts\n    }\n  }\n": typeof types.ArticleDocument,
    "\n  subscription StockChanged($productIds: [ID!], $after: Cursor) {\n    stockChanged(productIds: $productIds, after: $after) {\n      cursor\n      product {\n        id\n        archived\n        version\n        ...ProductCard\n      }\n    }\n  }\n": typeof types.StockChangedDocument,
    "\n  fragment BasketArticle on Product {\n    id\n    name\n    size\n    color\n    imageUrl\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n  }\n": typeof types.BasketArticleFragmentDoc,
    "\n  query BasketLine($id: ID!) {\n    product(id: $id) {\n      id\n      ...BasketArticle\n    }\n  }\n": typeof types.BasketLineDocument,
    "\n  query Customers($search: String!) {\n    users(search: $search, first: 8) {\n      edges {\n        node {\n          id\n          name\n          email\n        }\n      }\n    }\n  }\n": typeof types.CustomersDocument,
    "\n  query CustomerOrders($id: ID!) {\n    orders(filter: { customerId: $id }, first: 1) {\n      edges {\n        node {\n          id\n          customer {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n": typeof types.CustomerOrdersDocument,
    "\n  fragment BoardCard on Order {\n    id\n    number\n    status\n    paymentState\n    version\n    createdAt\n    cancelReason\n    total {\n      amount\n      currency\n    }\n    customer {\n      id\n      name\n    }\n    items {\n      product\n      quantity\n    }\n  }\n": typeof types.BoardCardFragmentDoc,
    "\n  query BoardPage($filter: OrderFilter!, $after: String) {\n    orders(filter: $filter, first: 40, after: $after) {\n      edges {\n        node {\n          id\n          status\n          version\n          paymentState\n          ...BoardCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.BoardPageDocument,
    "\n  query BoardCounts($awaiting: OrderFilter!, $pending: OrderFilter!, $processed: OrderFilter!, $completed: OrderFilter!, $cancelled: OrderFilter!) {\n    AWAITING_PAYMENT: orders(filter: $awaiting, first: 1) {\n      totalCount\n    }\n    PENDING: orders(filter: $pending, first: 1) {\n      totalCount\n    }\n    PROCESSED: orders(filter: $processed, first: 1) {\n      totalCount\n    }\n    COMPLETED: orders(filter: $completed, first: 1) {\n      totalCount\n    }\n    CANCELLED: orders(filter: $cancelled, first: 1) {\n      totalCount\n    }\n  }\n": typeof types.BoardCountsDocument,
    "\n  subscription BoardChanged($filter: OrderFilter, $after: Cursor) {\n    ordersUpdated(filter: $filter, after: $after) {\n      cursor\n      order {\n        id\n        status\n        version\n        paymentState\n        ...BoardCard\n      }\n    }\n  }\n": typeof types.BoardChangedDocument,
    "\n  fragment Moved on OrderResult {\n    __typename\n    ... on Order {\n      id\n      status\n      version\n    }\n    ... on InvalidTransition {\n      from\n      to\n    }\n    ... on VersionConflict {\n      expected\n      actual\n    }\n    ... on InvalidInput {\n      issues {\n        path\n        code\n        message\n      }\n    }\n    ... on Refusal {\n      message\n    }\n  }\n": typeof types.MovedFragmentDoc,
    "\n  mutation ProcessOrder($id: ID!, $version: Int!) {\n    processOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n": typeof types.ProcessOrderDocument,
    "\n  mutation CompleteOrder($id: ID!, $version: Int!) {\n    completeOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n": typeof types.CompleteOrderDocument,
    "\n  mutation CancelOrderOnBoard($id: ID!, $version: Int!, $reason: String) {\n    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {\n      ...Moved\n    }\n  }\n": typeof types.CancelOrderOnBoardDocument,
    "\n  mutation PlaceOrder($input: CreateOrderInput!) {\n    createOrder(input: $input) {\n      __typename\n      ... on Order {\n        id\n        number\n        version\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on OutOfStock {\n        productId\n        requested\n        available\n      }\n      ... on PriceChanged {\n        productId\n        expected {\n          amount\n          currency\n        }\n        actual {\n          amount\n          currency\n        }\n      }\n      ... on CardRejected {\n        reason\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.PlaceOrderDocument,
    "\n  query Articles($filter: ProductFilter, $after: String) {\n    products(filter: $filter, first: 24, after: $after) {\n      edges {\n        node {\n          id\n          category\n          ...ProductCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.ArticlesDocument,
    "\n  fragment ProductCard on Product {\n    id\n    name\n    condition\n    size\n    color\n    imageUrl\n    available\n    price {\n      amount\n      currency\n    }\n  }\n": typeof types.ProductCardFragmentDoc,
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.RegisterDocument,
    "\n  mutation SignIn($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.SignInDocument,
    "\n  query Preview($document: String!, $type: EventType!) {\n    webhookPreview(document: $document, type: $type)\n  }\n": typeof types.PreviewDocument,
    "\n  query EndpointNow($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      ...EndpointSettings\n    }\n  }\n": typeof types.EndpointNowDocument,
    "\n  fragment EndpointCard on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    lag\n    stats {\n      succeeded\n      failed\n      pending\n    }\n  }\n": typeof types.EndpointCardFragmentDoc,
    "\n  fragment EndpointStats on WebhookStats {\n    succeeded\n    failed\n    pending\n    p50Ms\n    p99Ms\n    consecutiveFailures\n  }\n": typeof types.EndpointStatsFragmentDoc,
    "\n  query Oldest {\n    events(first: 1) {\n      oldest\n    }\n  }\n": typeof types.OldestDocument,
    "\n  mutation Replay($input: ReplayWebhooksInput!) {\n    replayWebhooks(input: $input) {\n      __typename\n      ... on WebhookReplayQueued {\n        queued\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.ReplayDocument,
    "\n  query Endpoints($first: Int!) {\n    webhookEndpoints(first: $first) {\n      edges {\n        node {\n          id\n          ...EndpointCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": typeof types.EndpointsDocument,
    "\n  fragment DeliveryLine on WebhookDelivery {\n    id\n    status\n    createdAt\n    nextAttemptAt\n    settledAt\n    event {\n      id\n      type\n      subjectId\n      cursor\n    }\n    attempts {\n      number\n      at\n      durationMs\n      status\n      error\n    }\n  }\n": typeof types.DeliveryLineFragmentDoc,
    "\n  query DeliveryWhole($id: ID!) {\n    webhookDelivery(id: $id) {\n      id\n      body\n      attempts {\n        number\n        at\n        durationMs\n        status\n        error\n        responseBody\n      }\n    }\n  }\n": typeof types.DeliveryWholeDocument,
    "\n  fragment EndpointSettings on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    types\n    ordering\n    maxInFlight\n    document\n    secretHint\n    createdAt\n    version\n  }\n": typeof types.EndpointSettingsFragmentDoc,
    "\n  mutation CreateEndpoint($input: CreateWebhookEndpointInput!) {\n    createWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.CreateEndpointDocument,
    "\n  mutation UpdateEndpoint($input: UpdateWebhookEndpointInput!) {\n    updateWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookEndpoint {\n        id\n        ...EndpointSettings\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on VersionConflict {\n        expected\n        actual\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.UpdateEndpointDocument,
    "\n  mutation DeleteEndpoint($id: ID!) {\n    deleteWebhookEndpoint(id: $id) {\n      __typename\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.DeleteEndpointDocument,
    "\n  mutation RotateSecret($id: ID!, $grace: Int!) {\n    rotateWebhookSecret(endpointId: $id, graceSeconds: $grace) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n          secretHint\n          version\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.RotateSecretDocument,
    "\n  mutation PingEndpoint($id: ID!) {\n    pingWebhookEndpoint(id: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.PingEndpointDocument,
    "\n  mutation Redeliver($id: ID!) {\n    redeliverWebhook(deliveryId: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n        status\n        nextAttemptAt\n        settledAt\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": typeof types.RedeliverDocument,
    "\n  query Deliveries($id: ID!, $status: [DeliveryStatus!], $first: Int!) {\n    webhookEndpoint(id: $id) {\n      id\n      deliveries(status: $status, first: $first) {\n        edges {\n          node {\n            id\n            ...DeliveryLine\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n": typeof types.DeliveriesDocument,
    "\n  subscription DeliveryUpdated($id: ID!) {\n    webhookDeliveryUpdated(endpointId: $id) {\n      id\n      ...DeliveryLine\n    }\n  }\n": typeof types.DeliveryUpdatedDocument,
    "\n  query EndpointDetail($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      lag\n      stats {\n        ...EndpointStats\n      }\n      ...EndpointSettings\n    }\n  }\n": typeof types.EndpointDetailDocument,
};
const documents: Documents = {
    "\n  mutation SignOut {\n    logout {\n      sessionsRevoked\n    }\n  }\n": types.SignOutDocument,
    "\n  fragment ArticleFacts on Product {\n    id\n    sku\n    description\n    category\n    condition\n    size\n    color\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n    seller {\n      id\n      name\n    }\n  }\n": types.ArticleFactsFragmentDoc,
    "\n  query Article($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      imageUrl\n      archived\n      available\n      price {\n        amount\n        currency\n      }\n      ...ArticleFacts\n    }\n  }\n": types.ArticleDocument,
    "\n  subscription StockChanged($productIds: [ID!], $after: Cursor) {\n    stockChanged(productIds: $productIds, after: $after) {\n      cursor\n      product {\n        id\n        archived\n        version\n        ...ProductCard\n      }\n    }\n  }\n": types.StockChangedDocument,
    "\n  fragment BasketArticle on Product {\n    id\n    name\n    size\n    color\n    imageUrl\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n  }\n": types.BasketArticleFragmentDoc,
    "\n  query BasketLine($id: ID!) {\n    product(id: $id) {\n      id\n      ...BasketArticle\n    }\n  }\n": types.BasketLineDocument,
    "\n  query Customers($search: String!) {\n    users(search: $search, first: 8) {\n      edges {\n        node {\n          id\n          name\n          email\n        }\n      }\n    }\n  }\n": types.CustomersDocument,
    "\n  query CustomerOrders($id: ID!) {\n    orders(filter: { customerId: $id }, first: 1) {\n      edges {\n        node {\n          id\n          customer {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n": types.CustomerOrdersDocument,
    "\n  fragment BoardCard on Order {\n    id\n    number\n    status\n    paymentState\n    version\n    createdAt\n    cancelReason\n    total {\n      amount\n      currency\n    }\n    customer {\n      id\n      name\n    }\n    items {\n      product\n      quantity\n    }\n  }\n": types.BoardCardFragmentDoc,
    "\n  query BoardPage($filter: OrderFilter!, $after: String) {\n    orders(filter: $filter, first: 40, after: $after) {\n      edges {\n        node {\n          id\n          status\n          version\n          paymentState\n          ...BoardCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.BoardPageDocument,
    "\n  query BoardCounts($awaiting: OrderFilter!, $pending: OrderFilter!, $processed: OrderFilter!, $completed: OrderFilter!, $cancelled: OrderFilter!) {\n    AWAITING_PAYMENT: orders(filter: $awaiting, first: 1) {\n      totalCount\n    }\n    PENDING: orders(filter: $pending, first: 1) {\n      totalCount\n    }\n    PROCESSED: orders(filter: $processed, first: 1) {\n      totalCount\n    }\n    COMPLETED: orders(filter: $completed, first: 1) {\n      totalCount\n    }\n    CANCELLED: orders(filter: $cancelled, first: 1) {\n      totalCount\n    }\n  }\n": types.BoardCountsDocument,
    "\n  subscription BoardChanged($filter: OrderFilter, $after: Cursor) {\n    ordersUpdated(filter: $filter, after: $after) {\n      cursor\n      order {\n        id\n        status\n        version\n        paymentState\n        ...BoardCard\n      }\n    }\n  }\n": types.BoardChangedDocument,
    "\n  fragment Moved on OrderResult {\n    __typename\n    ... on Order {\n      id\n      status\n      version\n    }\n    ... on InvalidTransition {\n      from\n      to\n    }\n    ... on VersionConflict {\n      expected\n      actual\n    }\n    ... on InvalidInput {\n      issues {\n        path\n        code\n        message\n      }\n    }\n    ... on Refusal {\n      message\n    }\n  }\n": types.MovedFragmentDoc,
    "\n  mutation ProcessOrder($id: ID!, $version: Int!) {\n    processOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n": types.ProcessOrderDocument,
    "\n  mutation CompleteOrder($id: ID!, $version: Int!) {\n    completeOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n": types.CompleteOrderDocument,
    "\n  mutation CancelOrderOnBoard($id: ID!, $version: Int!, $reason: String) {\n    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {\n      ...Moved\n    }\n  }\n": types.CancelOrderOnBoardDocument,
    "\n  mutation PlaceOrder($input: CreateOrderInput!) {\n    createOrder(input: $input) {\n      __typename\n      ... on Order {\n        id\n        number\n        version\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on OutOfStock {\n        productId\n        requested\n        available\n      }\n      ... on PriceChanged {\n        productId\n        expected {\n          amount\n          currency\n        }\n        actual {\n          amount\n          currency\n        }\n      }\n      ... on CardRejected {\n        reason\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.PlaceOrderDocument,
    "\n  query Articles($filter: ProductFilter, $after: String) {\n    products(filter: $filter, first: 24, after: $after) {\n      edges {\n        node {\n          id\n          category\n          ...ProductCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.ArticlesDocument,
    "\n  fragment ProductCard on Product {\n    id\n    name\n    condition\n    size\n    color\n    imageUrl\n    available\n    price {\n      amount\n      currency\n    }\n  }\n": types.ProductCardFragmentDoc,
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.RegisterDocument,
    "\n  mutation SignIn($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.SignInDocument,
    "\n  query Preview($document: String!, $type: EventType!) {\n    webhookPreview(document: $document, type: $type)\n  }\n": types.PreviewDocument,
    "\n  query EndpointNow($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      ...EndpointSettings\n    }\n  }\n": types.EndpointNowDocument,
    "\n  fragment EndpointCard on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    lag\n    stats {\n      succeeded\n      failed\n      pending\n    }\n  }\n": types.EndpointCardFragmentDoc,
    "\n  fragment EndpointStats on WebhookStats {\n    succeeded\n    failed\n    pending\n    p50Ms\n    p99Ms\n    consecutiveFailures\n  }\n": types.EndpointStatsFragmentDoc,
    "\n  query Oldest {\n    events(first: 1) {\n      oldest\n    }\n  }\n": types.OldestDocument,
    "\n  mutation Replay($input: ReplayWebhooksInput!) {\n    replayWebhooks(input: $input) {\n      __typename\n      ... on WebhookReplayQueued {\n        queued\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.ReplayDocument,
    "\n  query Endpoints($first: Int!) {\n    webhookEndpoints(first: $first) {\n      edges {\n        node {\n          id\n          ...EndpointCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": types.EndpointsDocument,
    "\n  fragment DeliveryLine on WebhookDelivery {\n    id\n    status\n    createdAt\n    nextAttemptAt\n    settledAt\n    event {\n      id\n      type\n      subjectId\n      cursor\n    }\n    attempts {\n      number\n      at\n      durationMs\n      status\n      error\n    }\n  }\n": types.DeliveryLineFragmentDoc,
    "\n  query DeliveryWhole($id: ID!) {\n    webhookDelivery(id: $id) {\n      id\n      body\n      attempts {\n        number\n        at\n        durationMs\n        status\n        error\n        responseBody\n      }\n    }\n  }\n": types.DeliveryWholeDocument,
    "\n  fragment EndpointSettings on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    types\n    ordering\n    maxInFlight\n    document\n    secretHint\n    createdAt\n    version\n  }\n": types.EndpointSettingsFragmentDoc,
    "\n  mutation CreateEndpoint($input: CreateWebhookEndpointInput!) {\n    createWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.CreateEndpointDocument,
    "\n  mutation UpdateEndpoint($input: UpdateWebhookEndpointInput!) {\n    updateWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookEndpoint {\n        id\n        ...EndpointSettings\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on VersionConflict {\n        expected\n        actual\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.UpdateEndpointDocument,
    "\n  mutation DeleteEndpoint($id: ID!) {\n    deleteWebhookEndpoint(id: $id) {\n      __typename\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.DeleteEndpointDocument,
    "\n  mutation RotateSecret($id: ID!, $grace: Int!) {\n    rotateWebhookSecret(endpointId: $id, graceSeconds: $grace) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n          secretHint\n          version\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.RotateSecretDocument,
    "\n  mutation PingEndpoint($id: ID!) {\n    pingWebhookEndpoint(id: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.PingEndpointDocument,
    "\n  mutation Redeliver($id: ID!) {\n    redeliverWebhook(deliveryId: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n        status\n        nextAttemptAt\n        settledAt\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n": types.RedeliverDocument,
    "\n  query Deliveries($id: ID!, $status: [DeliveryStatus!], $first: Int!) {\n    webhookEndpoint(id: $id) {\n      id\n      deliveries(status: $status, first: $first) {\n        edges {\n          node {\n            id\n            ...DeliveryLine\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n": types.DeliveriesDocument,
    "\n  subscription DeliveryUpdated($id: ID!) {\n    webhookDeliveryUpdated(endpointId: $id) {\n      id\n      ...DeliveryLine\n    }\n  }\n": types.DeliveryUpdatedDocument,
    "\n  query EndpointDetail($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      lag\n      stats {\n        ...EndpointStats\n      }\n      ...EndpointSettings\n    }\n  }\n": types.EndpointDetailDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignOut {\n    logout {\n      sessionsRevoked\n    }\n  }\n"): (typeof documents)["\n  mutation SignOut {\n    logout {\n      sessionsRevoked\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ArticleFacts on Product {\n    id\n    sku\n    description\n    category\n    condition\n    size\n    color\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n    seller {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment ArticleFacts on Product {\n    id\n    sku\n    description\n    category\n    condition\n    size\n    color\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n    seller {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Article($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      imageUrl\n      archived\n      available\n      price {\n        amount\n        currency\n      }\n      ...ArticleFacts\n    }\n  }\n"): (typeof documents)["\n  query Article($id: ID!) {\n    product(id: $id) {\n      id\n      name\n      imageUrl\n      archived\n      available\n      price {\n        amount\n        currency\n      }\n      ...ArticleFacts\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription StockChanged($productIds: [ID!], $after: Cursor) {\n    stockChanged(productIds: $productIds, after: $after) {\n      cursor\n      product {\n        id\n        archived\n        version\n        ...ProductCard\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription StockChanged($productIds: [ID!], $after: Cursor) {\n    stockChanged(productIds: $productIds, after: $after) {\n      cursor\n      product {\n        id\n        archived\n        version\n        ...ProductCard\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment BasketArticle on Product {\n    id\n    name\n    size\n    color\n    imageUrl\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n  }\n"): (typeof documents)["\n  fragment BasketArticle on Product {\n    id\n    name\n    size\n    color\n    imageUrl\n    available\n    archived\n    price {\n      amount\n      currency\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BasketLine($id: ID!) {\n    product(id: $id) {\n      id\n      ...BasketArticle\n    }\n  }\n"): (typeof documents)["\n  query BasketLine($id: ID!) {\n    product(id: $id) {\n      id\n      ...BasketArticle\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Customers($search: String!) {\n    users(search: $search, first: 8) {\n      edges {\n        node {\n          id\n          name\n          email\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Customers($search: String!) {\n    users(search: $search, first: 8) {\n      edges {\n        node {\n          id\n          name\n          email\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CustomerOrders($id: ID!) {\n    orders(filter: { customerId: $id }, first: 1) {\n      edges {\n        node {\n          id\n          customer {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query CustomerOrders($id: ID!) {\n    orders(filter: { customerId: $id }, first: 1) {\n      edges {\n        node {\n          id\n          customer {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment BoardCard on Order {\n    id\n    number\n    status\n    paymentState\n    version\n    createdAt\n    cancelReason\n    total {\n      amount\n      currency\n    }\n    customer {\n      id\n      name\n    }\n    items {\n      product\n      quantity\n    }\n  }\n"): (typeof documents)["\n  fragment BoardCard on Order {\n    id\n    number\n    status\n    paymentState\n    version\n    createdAt\n    cancelReason\n    total {\n      amount\n      currency\n    }\n    customer {\n      id\n      name\n    }\n    items {\n      product\n      quantity\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BoardPage($filter: OrderFilter!, $after: String) {\n    orders(filter: $filter, first: 40, after: $after) {\n      edges {\n        node {\n          id\n          status\n          version\n          paymentState\n          ...BoardCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query BoardPage($filter: OrderFilter!, $after: String) {\n    orders(filter: $filter, first: 40, after: $after) {\n      edges {\n        node {\n          id\n          status\n          version\n          paymentState\n          ...BoardCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BoardCounts($awaiting: OrderFilter!, $pending: OrderFilter!, $processed: OrderFilter!, $completed: OrderFilter!, $cancelled: OrderFilter!) {\n    AWAITING_PAYMENT: orders(filter: $awaiting, first: 1) {\n      totalCount\n    }\n    PENDING: orders(filter: $pending, first: 1) {\n      totalCount\n    }\n    PROCESSED: orders(filter: $processed, first: 1) {\n      totalCount\n    }\n    COMPLETED: orders(filter: $completed, first: 1) {\n      totalCount\n    }\n    CANCELLED: orders(filter: $cancelled, first: 1) {\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query BoardCounts($awaiting: OrderFilter!, $pending: OrderFilter!, $processed: OrderFilter!, $completed: OrderFilter!, $cancelled: OrderFilter!) {\n    AWAITING_PAYMENT: orders(filter: $awaiting, first: 1) {\n      totalCount\n    }\n    PENDING: orders(filter: $pending, first: 1) {\n      totalCount\n    }\n    PROCESSED: orders(filter: $processed, first: 1) {\n      totalCount\n    }\n    COMPLETED: orders(filter: $completed, first: 1) {\n      totalCount\n    }\n    CANCELLED: orders(filter: $cancelled, first: 1) {\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription BoardChanged($filter: OrderFilter, $after: Cursor) {\n    ordersUpdated(filter: $filter, after: $after) {\n      cursor\n      order {\n        id\n        status\n        version\n        paymentState\n        ...BoardCard\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription BoardChanged($filter: OrderFilter, $after: Cursor) {\n    ordersUpdated(filter: $filter, after: $after) {\n      cursor\n      order {\n        id\n        status\n        version\n        paymentState\n        ...BoardCard\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Moved on OrderResult {\n    __typename\n    ... on Order {\n      id\n      status\n      version\n    }\n    ... on InvalidTransition {\n      from\n      to\n    }\n    ... on VersionConflict {\n      expected\n      actual\n    }\n    ... on InvalidInput {\n      issues {\n        path\n        code\n        message\n      }\n    }\n    ... on Refusal {\n      message\n    }\n  }\n"): (typeof documents)["\n  fragment Moved on OrderResult {\n    __typename\n    ... on Order {\n      id\n      status\n      version\n    }\n    ... on InvalidTransition {\n      from\n      to\n    }\n    ... on VersionConflict {\n      expected\n      actual\n    }\n    ... on InvalidInput {\n      issues {\n        path\n        code\n        message\n      }\n    }\n    ... on Refusal {\n      message\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ProcessOrder($id: ID!, $version: Int!) {\n    processOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n"): (typeof documents)["\n  mutation ProcessOrder($id: ID!, $version: Int!) {\n    processOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CompleteOrder($id: ID!, $version: Int!) {\n    completeOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n"): (typeof documents)["\n  mutation CompleteOrder($id: ID!, $version: Int!) {\n    completeOrder(id: $id, expectedVersion: $version) {\n      ...Moved\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelOrderOnBoard($id: ID!, $version: Int!, $reason: String) {\n    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {\n      ...Moved\n    }\n  }\n"): (typeof documents)["\n  mutation CancelOrderOnBoard($id: ID!, $version: Int!, $reason: String) {\n    cancelOrder(id: $id, expectedVersion: $version, reason: $reason) {\n      ...Moved\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PlaceOrder($input: CreateOrderInput!) {\n    createOrder(input: $input) {\n      __typename\n      ... on Order {\n        id\n        number\n        version\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on OutOfStock {\n        productId\n        requested\n        available\n      }\n      ... on PriceChanged {\n        productId\n        expected {\n          amount\n          currency\n        }\n        actual {\n          amount\n          currency\n        }\n      }\n      ... on CardRejected {\n        reason\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation PlaceOrder($input: CreateOrderInput!) {\n    createOrder(input: $input) {\n      __typename\n      ... on Order {\n        id\n        number\n        version\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on OutOfStock {\n        productId\n        requested\n        available\n      }\n      ... on PriceChanged {\n        productId\n        expected {\n          amount\n          currency\n        }\n        actual {\n          amount\n          currency\n        }\n      }\n      ... on CardRejected {\n        reason\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Articles($filter: ProductFilter, $after: String) {\n    products(filter: $filter, first: 24, after: $after) {\n      edges {\n        node {\n          id\n          category\n          ...ProductCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Articles($filter: ProductFilter, $after: String) {\n    products(filter: $filter, first: 24, after: $after) {\n      edges {\n        node {\n          id\n          category\n          ...ProductCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ProductCard on Product {\n    id\n    name\n    condition\n    size\n    color\n    imageUrl\n    available\n    price {\n      amount\n      currency\n    }\n  }\n"): (typeof documents)["\n  fragment ProductCard on Product {\n    id\n    name\n    condition\n    size\n    color\n    imageUrl\n    available\n    price {\n      amount\n      currency\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignIn($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SignIn($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on SignedIn {\n        tokens {\n          accessToken\n          expiresIn\n        }\n        user {\n          id\n          name\n          email\n          roles\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on TooManyAttempts {\n        retryAfterSeconds\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Preview($document: String!, $type: EventType!) {\n    webhookPreview(document: $document, type: $type)\n  }\n"): (typeof documents)["\n  query Preview($document: String!, $type: EventType!) {\n    webhookPreview(document: $document, type: $type)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointNow($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      ...EndpointSettings\n    }\n  }\n"): (typeof documents)["\n  query EndpointNow($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      ...EndpointSettings\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EndpointCard on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    lag\n    stats {\n      succeeded\n      failed\n      pending\n    }\n  }\n"): (typeof documents)["\n  fragment EndpointCard on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    lag\n    stats {\n      succeeded\n      failed\n      pending\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EndpointStats on WebhookStats {\n    succeeded\n    failed\n    pending\n    p50Ms\n    p99Ms\n    consecutiveFailures\n  }\n"): (typeof documents)["\n  fragment EndpointStats on WebhookStats {\n    succeeded\n    failed\n    pending\n    p50Ms\n    p99Ms\n    consecutiveFailures\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Oldest {\n    events(first: 1) {\n      oldest\n    }\n  }\n"): (typeof documents)["\n  query Oldest {\n    events(first: 1) {\n      oldest\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Replay($input: ReplayWebhooksInput!) {\n    replayWebhooks(input: $input) {\n      __typename\n      ... on WebhookReplayQueued {\n        queued\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Replay($input: ReplayWebhooksInput!) {\n    replayWebhooks(input: $input) {\n      __typename\n      ... on WebhookReplayQueued {\n        queued\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Endpoints($first: Int!) {\n    webhookEndpoints(first: $first) {\n      edges {\n        node {\n          id\n          ...EndpointCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n"): (typeof documents)["\n  query Endpoints($first: Int!) {\n    webhookEndpoints(first: $first) {\n      edges {\n        node {\n          id\n          ...EndpointCard\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment DeliveryLine on WebhookDelivery {\n    id\n    status\n    createdAt\n    nextAttemptAt\n    settledAt\n    event {\n      id\n      type\n      subjectId\n      cursor\n    }\n    attempts {\n      number\n      at\n      durationMs\n      status\n      error\n    }\n  }\n"): (typeof documents)["\n  fragment DeliveryLine on WebhookDelivery {\n    id\n    status\n    createdAt\n    nextAttemptAt\n    settledAt\n    event {\n      id\n      type\n      subjectId\n      cursor\n    }\n    attempts {\n      number\n      at\n      durationMs\n      status\n      error\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeliveryWhole($id: ID!) {\n    webhookDelivery(id: $id) {\n      id\n      body\n      attempts {\n        number\n        at\n        durationMs\n        status\n        error\n        responseBody\n      }\n    }\n  }\n"): (typeof documents)["\n  query DeliveryWhole($id: ID!) {\n    webhookDelivery(id: $id) {\n      id\n      body\n      attempts {\n        number\n        at\n        durationMs\n        status\n        error\n        responseBody\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EndpointSettings on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    types\n    ordering\n    maxInFlight\n    document\n    secretHint\n    createdAt\n    version\n  }\n"): (typeof documents)["\n  fragment EndpointSettings on WebhookEndpoint {\n    id\n    name\n    url\n    status\n    disabledReason\n    types\n    ordering\n    maxInFlight\n    document\n    secretHint\n    createdAt\n    version\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateEndpoint($input: CreateWebhookEndpointInput!) {\n    createWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateEndpoint($input: CreateWebhookEndpointInput!) {\n    createWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n        }\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateEndpoint($input: UpdateWebhookEndpointInput!) {\n    updateWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookEndpoint {\n        id\n        ...EndpointSettings\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on VersionConflict {\n        expected\n        actual\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateEndpoint($input: UpdateWebhookEndpointInput!) {\n    updateWebhookEndpoint(input: $input) {\n      __typename\n      ... on WebhookEndpoint {\n        id\n        ...EndpointSettings\n      }\n      ... on InvalidInput {\n        issues {\n          path\n          code\n          message\n        }\n      }\n      ... on UrlRejected {\n        reason\n      }\n      ... on DocumentInvalid {\n        errors\n      }\n      ... on VersionConflict {\n        expected\n        actual\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteEndpoint($id: ID!) {\n    deleteWebhookEndpoint(id: $id) {\n      __typename\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteEndpoint($id: ID!) {\n    deleteWebhookEndpoint(id: $id) {\n      __typename\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RotateSecret($id: ID!, $grace: Int!) {\n    rotateWebhookSecret(endpointId: $id, graceSeconds: $grace) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n          secretHint\n          version\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RotateSecret($id: ID!, $grace: Int!) {\n    rotateWebhookSecret(endpointId: $id, graceSeconds: $grace) {\n      __typename\n      ... on WebhookSecretIssued {\n        secret\n        endpoint {\n          id\n          secretHint\n          version\n        }\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PingEndpoint($id: ID!) {\n    pingWebhookEndpoint(id: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation PingEndpoint($id: ID!) {\n    pingWebhookEndpoint(id: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Redeliver($id: ID!) {\n    redeliverWebhook(deliveryId: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n        status\n        nextAttemptAt\n        settledAt\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Redeliver($id: ID!) {\n    redeliverWebhook(deliveryId: $id) {\n      __typename\n      ... on WebhookDelivery {\n        id\n        status\n        nextAttemptAt\n        settledAt\n      }\n      ... on Refusal {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Deliveries($id: ID!, $status: [DeliveryStatus!], $first: Int!) {\n    webhookEndpoint(id: $id) {\n      id\n      deliveries(status: $status, first: $first) {\n        edges {\n          node {\n            id\n            ...DeliveryLine\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Deliveries($id: ID!, $status: [DeliveryStatus!], $first: Int!) {\n    webhookEndpoint(id: $id) {\n      id\n      deliveries(status: $status, first: $first) {\n        edges {\n          node {\n            id\n            ...DeliveryLine\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription DeliveryUpdated($id: ID!) {\n    webhookDeliveryUpdated(endpointId: $id) {\n      id\n      ...DeliveryLine\n    }\n  }\n"): (typeof documents)["\n  subscription DeliveryUpdated($id: ID!) {\n    webhookDeliveryUpdated(endpointId: $id) {\n      id\n      ...DeliveryLine\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointDetail($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      lag\n      stats {\n        ...EndpointStats\n      }\n      ...EndpointSettings\n    }\n  }\n"): (typeof documents)["\n  query EndpointDetail($id: ID!) {\n    webhookEndpoint(id: $id) {\n      id\n      lag\n      stats {\n        ...EndpointStats\n      }\n      ...EndpointSettings\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;