// Small plots of what the answering process does.
import { useLanguage } from '../../i18n/language';
import { useT } from '../../i18n/translate';
import { Card, Section } from '../../ui/Card';
import { gauges, rates, type Look } from './metrics';
import { Sparkline } from './Sparkline';

const MEGA = 1024 * 1024;

export function Plots({ looks }: { looks: Look[] }) {
  const t = useT();
  const language = useLanguage();
  const number = (value: number, digits = 1) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const perSecond = (value: number) => t('system.perSecond', { value: number(value) });
  const plots = [
    { label: t('system.requests'), values: rates(looks, 'swapshop_requests_total'), shown: perSecond },
    { label: t('system.events'), values: rates(looks, 'swapshop_events_total'), shown: perSecond },
    { label: t('system.webhooks'), values: rates(looks, 'swapshop_webhook_attempts_total'), shown: perSecond },
    { label: t('system.promoted'), values: rates(looks, 'swapshop_orders_promoted_total'), shown: perSecond },
    { label: t('system.sockets'), values: gauges(looks, 'swapshop_open_sockets'), shown: (value: number) => number(value, 0) },
    { label: t('system.cpu'), values: rates(looks, 'swapshop_process_cpu_seconds_total').map((share) => share * 100), shown: (value: number) => `${number(value, 0)} %` },
    { label: t('system.memory'), values: gauges(looks, 'swapshop_process_resident_memory_bytes').map((bytes) => bytes / MEGA), shown: (value: number) => `${number(value, 0)} MiB` },
    { label: t('system.pollerLag'), values: gauges(looks, 'swapshop_poller_lag_seconds'), shown: (value: number) => `${number(value)} s` },
  ];
  return (
    <Section title={t('system.rates')}>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {plots.map(({ label, values, shown }) => (
          <li key={label}>
            <Card className="overflow-hidden">
              <div className="px-4 pt-3 pb-2">
                <p className="text-xs text-muted">{label}</p>
                <p className="text-lg font-semibold tabular-nums">{values.length ? shown(values.at(-1) ?? 0) : '–'}</p>
              </div>
              <Sparkline values={values} most={1} />
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  );
}
