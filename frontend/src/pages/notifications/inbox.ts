// The inbox: read, followed, and marked as read.
import { useMutation } from 'urql';
import { graphql } from '../../lib/graphql';
import './fragments';

export const Inbox = graphql(`
  query Inbox($unreadOnly: Boolean!, $after: String) {
    notifications(first: 20, unreadOnly: $unreadOnly, after: $after) {
      unreadCount
      edges {
        node {
          id
          ...NotificationItem
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** What comes makes the inbox be read again, wherever it is shown: see lib/client/cache.ts. */
export const NotificationReceived = graphql(`
  subscription NotificationReceived($after: Cursor) {
    notificationReceived(after: $after) {
      cursor
      unreadCount
      notification {
        id
        ...NotificationItem
      }
    }
  }
`);

const MarkRead = graphql(`
  mutation MarkRead($ids: [ID!], $all: Boolean) {
    markNotificationsRead(ids: $ids, all: $all) {
      unreadCount
    }
  }
`);

export function useMarkRead(): { one: (id: string) => void; all: () => void; busy: boolean } {
  const [{ fetching }, mark] = useMutation(MarkRead);
  return { one: (id) => void mark({ ids: [id] }), all: () => void mark({ all: true }), busy: fetching };
}
