// What the board asks of the shop.
import { graphql } from '../../lib/graphql';
import './OrderCard';

export const BoardPage = graphql(`
  query BoardPage($filter: OrderFilter!, $after: String) {
    orders(filter: $filter, first: 40, after: $after) {
      edges {
        node {
          id
          status
          version
          paymentState
          ...BoardCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const BoardCounts = graphql(`
  query BoardCounts($awaiting: OrderFilter!, $pending: OrderFilter!, $processed: OrderFilter!, $completed: OrderFilter!, $cancelled: OrderFilter!) {
    AWAITING_PAYMENT: orders(filter: $awaiting, first: 1) {
      totalCount
    }
    PENDING: orders(filter: $pending, first: 1) {
      totalCount
    }
    PROCESSED: orders(filter: $processed, first: 1) {
      totalCount
    }
    COMPLETED: orders(filter: $completed, first: 1) {
      totalCount
    }
    CANCELLED: orders(filter: $cancelled, first: 1) {
      totalCount
    }
  }
`);

export const BoardChanged = graphql(`
  subscription BoardChanged($filter: OrderFilter, $after: Cursor) {
    ordersUpdated(filter: $filter, after: $after) {
      cursor
      order {
        id
        status
        version
        paymentState
        ...BoardCard
      }
    }
  }
`);
