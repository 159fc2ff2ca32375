// Articles to buy: a seller lists them before a run and archives them after it.

import { fail } from 'k6';
import http from 'k6/http';
import { body, request, understood, URL } from './shop.js';

export const CATEGORY = 'Load test';
const ARTICLES = 20;
const EMAIL = __ENV.SELLER_EMAIL || 'seller@swapshop.test';
const PASSWORD = __ENV.SELLER_PASSWORD || 'swap-shop-demo'; // of the demo, on a shop that only this computer can reach
const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) { __typename ... on SignedIn { tokens { accessToken } } ... on Refusal { message } }
}`;
const LIST = `mutation ListArticle($input: CreateProductInput!) {
  createProduct(input: $input) { __typename ... on Product { id } ... on Refusal { message } }
}`;
const ARCHIVE = `mutation Archive($input: UpdateProductInput!) {
  updateProduct(input: $input) { __typename ... on Product { archived } ... on Refusal { message } }
}`;

export const browse = `query Browse {
  products(first: 20, filter: { category: "${CATEGORY}", available: true }) {
    totalCount
    edges { node { id name category condition price { amount } available imageUrl } }
  }
}`;

/** The seller's access token. */
export function seller() {
  return ask('login', LOGIN, { input: { email: EMAIL, password: PASSWORD } }).tokens.accessToken;
}

/** Their ids; there are enough of each to be bought so many times. */
export function listed(token, most) {
  const run = Date.now().toString(36);
  return Array.from({ length: ARTICLES }, (_, number) => {
    const input = {
      sku: `LOAD-${run}-${number}`, name: `Article ${number}`, category: CATEGORY, condition: 'GOOD',
      price: `${number + 1}.50`, imageUrl: '/pictures/book-blue.svg', stock: [{ region: region(), quantity: most }],
    };
    return ask('createProduct', LIST, { input }, token).id;
  });
}

export function archived(token, ids) {
  for (const id of ids) ask('updateProduct', ARCHIVE, { input: { id, expectedVersion: 1, archived: true } }, token);
}

/** The first one, which orders are from. */
function region() {
  return __ENV.SHOP_REGION || 'north';
}

function ask(name, document, variables, token) {
  const { problem, data } = understood(http.post(`${URL}/graphql`, body(document, variables), request(name, { token })));
  const result = data && data[name];
  if (!result || result.message !== undefined) {
    fail(`${name} at ${URL} failed (${problem || JSON.stringify(data)}). Does the shop run there? Is ${EMAIL} a seller?`);
  }
  return result;
}
