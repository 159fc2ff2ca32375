// How an endpoint does.
import { useT } from '../../i18n/translate';
import { graphql, readFragment, type FragmentType } from '../../lib/graphql';
import { Stat, Stats } from '../../ui/Stat';

export const EndpointStatsFragment = graphql(`
  fragment EndpointStats on WebhookStats {
    succeeded
    failed
    pending
    p50Ms
    p99Ms
    consecutiveFailures
  }
`);

type Props = { of: FragmentType<typeof EndpointStatsFragment>; lag: number };

export function EndpointStats({ of, lag }: Props) {
  const t = useT();
  const stats = readFragment(EndpointStatsFragment, of);
  const ms = (value: number | null | undefined) => (value == null ? '–' : t('webhooks.ms', { count: value }));
  return (
    <Stats>
      <Stat label={t('webhooks.succeeded')}>{t('app.number', { count: stats.succeeded })}</Stat>
      <Stat label={t('webhooks.failed')}>{t('app.number', { count: stats.failed })}</Stat>
      <Stat label={t('webhooks.pending')}>{t('app.number', { count: stats.pending })}</Stat>
      <Stat label={t('webhooks.lag')}>{t('app.number', { count: lag })}</Stat>
      <Stat label={t('webhooks.p50')}>{ms(stats.p50Ms)}</Stat>
      <Stat label={t('webhooks.p99')}>{ms(stats.p99Ms)}</Stat>
    </Stats>
  );
}
