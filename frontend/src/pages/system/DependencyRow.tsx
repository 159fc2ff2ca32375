// Something that the shop stands on.
import { useLanguage } from '../../i18n/language';
import { useT } from '../../i18n/translate';
import { Badge, Dot } from '../../ui/Badge';

type Props = { dependency: { name: string; ok: boolean; latencyMs?: number | null; detail?: string | null } };

export function DependencyRow({ dependency: { name, ok, latencyMs, detail } }: Props) {
  const t = useT();
  const language = useLanguage();
  const ms = latencyMs == null ? null : new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(latencyMs);
  return (
    <li className="flex items-center gap-3 px-4 py-3 text-sm">
      <Dot tone={ok ? 'good' : 'bad'} />
      <div className="min-w-0 flex-1">
        <code className="font-mono text-xs">{name}</code>
        {detail && <p className="text-xs break-words text-muted">{detail}</p>}
      </div>
      {ms && <span className="text-xs text-muted tabular-nums">{t('system.ms', { value: ms })}</span>}
      <Badge tone={ok ? 'good' : 'bad'}>{t(ok ? 'system.ok' : 'system.notOk')}</Badge>
    </li>
  );
}
