// Articles as they change: what the shop, an article's page and the basket follow.
import { graphql } from '../../lib/graphql';
import '../shop/ProductCard';

export const StockChanged = graphql(`
  subscription StockChanged($productIds: [ID!], $after: Cursor) {
    stockChanged(productIds: $productIds, after: $after) {
      cursor
      product {
        id
        archived
        version
        stock {
          region
          available
        }
        ...ProductCard
      }
    }
  }
`);
