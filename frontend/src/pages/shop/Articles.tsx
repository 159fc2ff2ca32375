// The articles that fit, page after page.
import { useState, type ReactNode } from 'react';
import { useQuery } from 'urql';
import type { ArticlesQuery, ProductFilter } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { Button } from '../../ui/Button';
import { Fault } from '../../ui/Fault';
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

type Articles = ArticlesQuery['products'];

export function Shelf({ children }: { children: ReactNode }) {
  return <ul className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] sm:gap-4">{children}</ul>;
}

export function MoreArticles({ first, filter }: { first: Articles; filter: ProductFilter }) {
  const [cursors, setCursors] = useState<string[]>([]);
  const next = (cursor: string) => setCursors((known) => [...known, cursor]);
  return (
    <>
      <Shelf>
        <Cards of={first} />
        {cursors.map((after) => (
          <NextArticles key={after} after={after} filter={filter} onNext={after === cursors.at(-1) ? next : undefined} />
        ))}
      </Shelf>
      {cursors.length === 0 && <More of={first} onNext={next} />}
    </>
  );
}

function Cards({ of }: { of: Articles }) {
  return of.edges.map(({ node }) => (
    <li key={node.id}>
      <ProductCard of={node} />
    </li>
  ));
}

type Next = { after: string; filter: ProductFilter; onNext: ((cursor: string) => void) | undefined };

function NextArticles({ after, filter, onNext }: Next) {
  const [{ data, error }, again] = useQuery({ query: Articles, variables: { filter, after } });
  return (
    <>
      {error && (
        <li className="col-span-full">
          <Fault error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </li>
      )}
      {data && <Cards of={data.products} />}
      {data && onNext && (
        <li className="col-span-full grid">
          <More of={data.products} onNext={onNext} />
        </li>
      )}
    </>
  );
}

function More({ of: { pageInfo }, onNext }: { of: Articles; onNext: (cursor: string) => void }) {
  const t = useT();
  const { endCursor } = pageInfo;
  if (!pageInfo.hasNextPage || !endCursor) return null;
  return (
    <Button className="justify-self-center" onClick={() => onNext(endCursor)}>
      {t('app.more')}
    </Button>
  );
}
