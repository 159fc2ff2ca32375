// Copies a text, and says so.
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../i18n/translate';
import { Button } from './Button';

const SAYS_SO = 2_000;

export function CopyButton({ text }: { text: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAYS_SO);
  }
  const Icon = copied ? Check : Copy;
  return (
    <Button small onClick={() => void copy()}>
      <Icon className="size-4" aria-hidden />
      <span aria-live="polite">{t(copied ? 'app.copied' : 'app.copy')}</span>
    </Button>
  );
}
