// Whose orders: somebody who is found by a part of a name or an address.
import { useState } from 'react';
import { useQuery } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { Combobox } from '../../ui/Combobox';

const Customers = graphql(`
  query Customers($search: String!) {
    users(search: $search, first: 8) {
      edges {
        node {
          id
          name
          email
        }
      }
    }
  }
`);

const CustomerOrders = graphql(`
  query CustomerOrders($id: ID!) {
    orders(filter: { customerId: $id }, first: 1) {
      edges {
        node {
          id
          customer {
            id
            name
          }
        }
      }
    }
  }
`);

type Props = { value: string | undefined; onChange: (id: string) => void };

export function CustomerPicker({ value, onChange }: Props) {
  const t = useT();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<{ id: string; name: string } | null>(null);
  const [{ data }] = useQuery({ query: Customers, variables: { search }, pause: search.length < 2 });
  const unknown = value !== undefined && chosen?.id !== value;
  const [{ data: known }] = useQuery({ query: CustomerOrders, variables: { id: value ?? '' }, pause: !unknown });
  const name = unknown ? (known?.orders.edges[0]?.node.customer.name ?? value) : (chosen?.name ?? '');
  const found = search.length < 2 ? [] : (data?.users.edges ?? []);
  return (
    <Combobox
      label={t('board.customer')}
      chosen={value ? name : ''}
      options={found.map(({ node }) => ({ value: node.id, label: node.name, detail: node.email ?? '' }))}
      onSearch={setSearch}
      onChoose={(id) => {
        const user = found.find(({ node }) => node.id === id)?.node;
        setChosen(user ?? null);
        onChange(id);
      }}
    />
  );
}
