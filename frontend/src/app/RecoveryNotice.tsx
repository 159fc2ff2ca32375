// After a lost connection: how much of what had happened meanwhile has been caught up with.
import { X } from 'lucide-react';
import { useT } from '../i18n/translate';
import { recovery, useRecovery } from '../lib/live/recovered';
import { IconButton } from '../ui/Button';

export function RecoveryNotice() {
  const t = useT();
  const last = useRecovery();
  return (
    <div role="status">
      {last && (
        <div className="flex items-center justify-between gap-3 border-b border-line bg-info-soft px-4 py-1 text-sm text-info sm:px-6">
          {last.events ? t('live.recovered', { count: last.events }) : t('live.nothingMissed')}
          <IconButton label={t('app.close')} onClick={() => recovery.set(null)} className="shrink-0 text-info">
            <X className="size-4" aria-hidden />
          </IconButton>
        </div>
      )}
    </div>
  );
}
