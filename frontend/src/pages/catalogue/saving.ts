// Making and changing articles, with every way in which the shop may say no.
import { graphql } from '../../lib/graphql';
import './article';

export const Saved = graphql(`
  fragment SavedArticle on ProductResult {
    __typename
    ... on Product {
      id
      version
      archived
    }
    ... on InvalidInput {
      issues {
        path
        code
        message
      }
    }
    ... on VersionConflict {
      expected
      actual
    }
    ... on Refusal {
      message
    }
  }
`);

export const CreateArticle = graphql(`
  mutation CreateArticle($input: CreateProductInput!) {
    createProduct(input: $input) {
      ...SavedArticle
      ... on Product {
        id
        ...CatalogueArticle
      }
    }
  }
`);

export const UpdateArticle = graphql(`
  mutation UpdateArticle($input: UpdateProductInput!) {
    updateProduct(input: $input) {
      ...SavedArticle
      ... on Product {
        id
        ...CatalogueArticle
      }
    }
  }
`);
