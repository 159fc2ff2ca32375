// What there is of an article, region by region, as it changes.
import { useState } from 'react';
import type { CatalogueArticleFragment } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Button } from '../../ui/Button';
import { Section } from '../../ui/Card';
import { Cell, Table } from '../../ui/Table';
import { AdjustDialog } from './AdjustDialog';

type Props = { productId: string; stock: CatalogueArticleFragment['stock'] };

export function StockCard({ productId, stock }: Props) {
  const t = useT();
  const [adjusting, setAdjusting] = useState(false);
  const action = (
    <Button small onClick={() => setAdjusting(true)}>
      {t('catalogue.adjust')}
    </Button>
  );
  return (
    <Section title={t('catalogue.stock')} actions={action}>
      <Table label={t('catalogue.stock')} head={[t('catalogue.region'), t('catalogue.onHand'), t('catalogue.reserved'), t('catalogue.available')]}>
        {stock.map(({ region, onHand, reserved, available }) => (
          <tr key={region} data-region={region}>
            <Cell>{region}</Cell>
            <Cell className="tabular-nums">{t('app.number', { count: onHand })}</Cell>
            <Cell className="tabular-nums">{t('app.number', { count: reserved })}</Cell>
            <Cell className="font-medium tabular-nums">{t('app.number', { count: available })}</Cell>
          </tr>
        ))}
      </Table>
      {adjusting && <AdjustDialog productId={productId} regions={stock.map(({ region }) => region)} onClose={() => setAdjusting(false)} />}
    </Section>
  );
}
