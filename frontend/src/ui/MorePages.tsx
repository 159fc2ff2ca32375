// The rest of a list: a button first, and what it loads when it is pressed.
import { useState, type ReactNode } from 'react';
import { useT } from '../i18n/translate';
import { Button } from './Button';

type Props = { after: { hasNextPage: boolean; endCursor?: string | null | undefined }; load: (cursor: string) => ReactNode };

export function MorePages({ after: { hasNextPage, endCursor }, load }: Props) {
  const t = useT();
  const [cursor, setCursor] = useState<string | null>(null);
  if (cursor) return load(cursor);
  if (!hasNextPage || !endCursor) return null;
  return (
    <li className="col-span-full grid p-3">
      <Button className="justify-self-center" onClick={() => setCursor(endCursor)}>
        {t('app.more')}
      </Button>
    </li>
  );
}
