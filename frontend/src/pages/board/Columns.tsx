// The columns of the board for the filters that are set.
import type { OrderFilter } from '../../gql/graphql';
import { useStore } from '../../lib/store';
import { Fault } from '../../ui/Fault';
import { announced } from './announced';
import { STATUSES } from './columns';
import { Column } from './Column';
import { useBoard } from './useBoard';
import { useCounts } from './useCounts';

export function Columns({ filter }: { filter: OrderFilter }) {
  const { columns, reach, fresh, error, news, more, again } = useBoard(filter);
  const counts = useCounts(filter, news);
  const said = useStore(announced);
  return (
    <>
      <p role="status" className="sr-only">
        {said}
      </p>
      {error && <Fault error={error} onRetry={again} />}
      <div className="-mx-4 flex min-h-0 flex-1 snap-x snap-mandatory gap-3 overflow-x-auto px-4 sm:-mx-6 sm:snap-none sm:px-6 xl:mx-0 xl:grid xl:grid-cols-5 xl:overflow-visible xl:px-0">
        {STATUSES.map((status) => (
          <Column key={status} status={status} cards={columns[status]} count={counts[status]} reach={reach[status]} fresh={fresh} onMore={more} />
        ))}
      </div>
    </>
  );
}
