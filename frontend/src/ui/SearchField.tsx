import { Search } from 'lucide-react';
import { useWriting } from '../lib/resting';
import { cx } from '../lib/cx';
import { Field } from './Field';

type Props = { label: string; value: string; onValue: (value: string) => void; className?: string };

/** Words to look for: they count when the writer pauses. */
export function SearchField({ label, value, onValue, className }: Props) {
  const [written, write] = useWriting(value, onValue);
  return (
    <div className={cx('relative', className)}>
      <Search className="pointer-events-none absolute top-1/2 left-3 z-10 size-4 -translate-y-1/2 text-muted" aria-hidden />
      <Field hideLabel label={label} placeholder={label} type="search" value={written} maxLength={100} onChange={(event) => write(event.target.value)} className="[&_input]:pl-9" />
    </div>
  );
}
