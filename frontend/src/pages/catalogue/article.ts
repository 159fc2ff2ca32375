// An article as its seller sees it.
import { graphql } from '../../lib/graphql';

export const CatalogueArticle = graphql(`
  fragment CatalogueArticle on Product {
    id
    sku
    name
    description
    category
    condition
    size
    color
    imageUrl
    archived
    version
    available
    price {
      amount
      currency
    }
    stock {
      region
      onHand
      reserved
      available
    }
  }
`);

export const ArticleStockChanged = graphql(`
  subscription ArticleStockChanged($productIds: [ID!], $after: Cursor) {
    stockChanged(productIds: $productIds, after: $after) {
      cursor
      product {
        id
        ...CatalogueArticle
      }
    }
  }
`);
