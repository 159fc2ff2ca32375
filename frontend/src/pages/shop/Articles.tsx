// The articles that fit, page after page.
import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import type { ArticlesQuery, ProductFilter } from '../../gql/graphql';
import { graphql } from '../../lib/graphql';
import { Fault } from '../../ui/Fault';
import { MorePages } from '../../ui/MorePages';
import { ProductCard } from './ProductCard';

export const Articles = graphql(`
  query Articles($filter: ProductFilter, $after: String) {
    products(filter: $filter, first: 24, after: $after) {
      edges {
        node {
          id
          category
          ...ProductCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export function Shelf({ children }: { children: ReactNode }) {
  return <ul className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] sm:gap-4">{children}</ul>;
}

export function Cards({ of, filter }: { of: ArticlesQuery['products']; filter: ProductFilter }) {
  return (
    <>
      {of.edges.map(({ node }) => (
        <li key={node.id}>
          <ProductCard of={node} />
        </li>
      ))}
      <MorePages after={of.pageInfo} load={(after) => <NextArticles key={after} after={after} filter={filter} />} />
    </>
  );
}

function NextArticles({ after, filter }: { after: string; filter: ProductFilter }) {
  const [{ data, error }, again] = useQuery({ query: Articles, variables: { filter, after } });
  if (data) return <Cards of={data.products} filter={filter} />;
  return (
    <li className="col-span-full">{error && <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />}</li>
  );
}
