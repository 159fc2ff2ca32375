// What the tabs begin with. A link opens one of them: /graphql?example=watch
export type Example = { name: string; query: string; variables?: string };

export const examples: Example[] = [
  {
    name: 'sign-in',
    query: `# A client of your own signs in like this,
# and sends "authorization: Bearer <accessToken>".
# On this page "Sign in as", at the top, does it.
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
  "input": {
    "email": "customer@swapshop.test",
    "password": "swap-shop-demo"
  }
}
`,
  },
  {
    name: 'place',
    query: `# Sign in as a customer first, at the top.
# Each press is an order; with an idempotencyKey
# in the input all are the same one.
mutation Place($input: CreateOrderInput!) {
  createOrder(input: $input) {
    __typename
    ... on Order {
      id
      number
      status
      total { amount currency }
    }
    ... on InvalidInput { issues { path code } }
    ... on Refusal { message }
  }
}
`,
    variables: `{
  "input": {
    "items": [
      {
        "custom": {
          "product": "camisa",
          "size": "M",
          "color": "negro",
          "quantity": 1,
          "unitPrice": "10.00"
        }
      }
    ]
  }
}
`,
  },
  {
    name: 'watch',
    query: `# Goes on until you stop it. Place an order
# in another window, and see it move here.
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
    query: `# All that has happened, as far as you may see it.
# A subscription goes on from its cursor.
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
