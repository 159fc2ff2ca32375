// The orders of one state; which one stands in the address.
import type { OrderStatus } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { useParameters } from '../../lib/address';
import { cx } from '../../lib/cx';

const STATUSES: OrderStatus[] = ['AWAITING_PAYMENT', 'PENDING', 'PROCESSED', 'COMPLETED', 'CANCELLED'];

export function statusOf(params: URLSearchParams): OrderStatus | null {
  return STATUSES.find((status) => status === params.get('status')) ?? null;
}

export function StatusFilter() {
  const t = useT();
  const [params, setParams] = useParameters();
  const chosen = statusOf(params);
  return (
    <div role="group" aria-label={t('orders.filter')} className="flex flex-wrap gap-2">
      {[null, ...STATUSES].map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={status === chosen}
          onClick={() => setParams({ status: status ?? undefined })}
          className={cx(
            'rounded-full border px-3 py-1.5 text-sm font-medium',
            status === chosen ? 'border-transparent bg-ink text-page' : 'border-line bg-surface hover:bg-raised',
          )}
        >
          {status ? t(`status.${status}`) : t('orders.all')}
        </button>
      ))}
    </div>
  );
}
