// What the tabs begin with. A link opens one of them: /graphql?example=watch
export type Example = { name: string; query: string; variables?: string };

export const examples: Example[] = [
  {
    name: 'sign-in',
    query: `# Who are you? "Sign in as", at the top, sends the token of a user with all that follows.
# A client of your own signs in like this, and sends "authorization: Bearer <accessToken>".
mutation SignIn($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on SignedIn {
      user { name roles }
      tokens { accessToken expiresIn refreshToken }
    }
    ... on Refusal { message }
  }
}
`,
    variables: `{
  "input": { "email": "customer@swapshop.test", "password": "swap-shop-demo" }
}
`,
  },
  {
    name: 'place',
    query: `# Sign in as a customer first. Each press places an order; with an idempotencyKey, the same one.
mutation Place($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on Order { id number status total { amount currency } }
    ... on InvalidInput { issues { path code message } }
    ... on Refusal { message }
  }
}
`,
    variables: `{
  "input": {
    "items": [
      { "custom": { "product": "camisa", "size": "M", "color": "negro", "quantity": 1, "unitPrice": "10.00" } }
    ]
  }
}
`,
  },
  {
    name: 'watch',
    query: `# Goes on until you stop it. Place an order in another tab, or in another window, and see it move.
subscription Watch {
  ordersUpdated {
    cursor
    order { number status }
    event { type }
  }
}
`,
  },
  {
    name: 'events',
    query: `# All that has happened, as far as you may see it. The cursor is where a subscription goes on from.
query Events {
  events(first: 50) {
    edges {
      node {
        type
        occurredAt
        actor { kind }
        ... on OrderEvent { order { number status } }
      }
    }
    pageInfo { endCursor hasNextPage }
    head
  }
}
`,
  },
];

/** The examples, the one that the address asks for first. */
export function inOrder(asked: string | null): Example[] {
  const first = examples.find((example) => example.name === asked);
  return first ? [first, ...examples.filter((example) => example !== first)] : examples;
}
