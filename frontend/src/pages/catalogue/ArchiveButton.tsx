// Taking an article out of the shop, and putting it back.
import { Archive, ArchiveRestore } from 'lucide-react';
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { readFragment } from '../../lib/graphql';
import { refusalText } from '../../lib/refusals/texts';
import { Button } from '../../ui/Button';
import { faultText } from '../../ui/Fault';
import { useMoney } from '../../ui/Money';
import { toast } from '../../ui/toasts';
import { Saved, UpdateArticle } from './saving';

type Props = { article: { id: string; version: number; archived: boolean }; onConflict: () => void };

export function ArchiveButton({ article, onConflict }: Props) {
  const t = useT();
  const money = useMoney();
  const [{ fetching }, update] = useMutation(UpdateArticle);
  async function toggle() {
    const { data, error } = await update({ input: { id: article.id, expectedVersion: article.version, archived: !article.archived } });
    const result = readFragment(Saved, data?.updateProduct);
    if (error) return toast(faultText(t, error), 'bad');
    if (!result || result.__typename === 'Product') return;
    toast(refusalText({ t, money }, result), 'bad');
    onConflict();
  }
  const Icon = article.archived ? ArchiveRestore : Archive;
  return (
    <Button busy={fetching} onClick={() => void toggle()}>
      <Icon className="size-4" aria-hidden />
      {t(article.archived ? 'catalogue.unarchive' : 'catalogue.archive')}
    </Button>
  );
}
