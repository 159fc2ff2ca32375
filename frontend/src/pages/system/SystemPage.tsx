import { useT } from '../../i18n/translate';
import { Alert } from '../../ui/Alert';
import { Badge } from '../../ui/Badge';
import { Card, Section } from '../../ui/Card';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { DependencyRow } from './DependencyRow';
import { Plots } from './Plots';
import { useLooks } from './useLooks';

export default function SystemPage() {
  const t = useT();
  const { system, error, looks, again } = useLooks();
  const ill = system?.dependencies.filter(({ ok }) => !ok) ?? [];
  const state = system && <Badge tone={ill.length ? 'bad' : 'good'}>{t(ill.length ? 'system.ill' : 'system.well')}</Badge>;
  return (
    <Page title={t('system.title')} intro={t('system.intro')} actions={state}>
      {error && <Fault error={error} onRetry={again} />}
      {!system && !error && <Skeletons className="h-24" />}
      {ill.length > 0 && <Alert>{t('system.ill.which', { names: ill.map(({ name }) => name).join(', ') })}</Alert>}
      {system && (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-2">
          <Section title={t('system.dependencies')}>
            <Card>
              <ul className="divide-y divide-line">
                {system.dependencies.map((one) => (
                  <DependencyRow key={one.name} dependency={one} />
                ))}
              </ul>
            </Card>
          </Section>
          <Section title={t('system.readers')}>
            <Card>
              <ul className="divide-y divide-line text-sm">
                {system.readers.map(({ name, lag }) => (
                  <li key={name} className="flex items-center justify-between gap-3 px-4 py-3">
                    <code className="font-mono text-xs">{name}</code>
                    <Badge tone={lag > 0 ? 'warn' : 'good'}>{t('system.behind', { count: lag })}</Badge>
                  </li>
                ))}
                {system.readers.length === 0 && <li className="px-4 py-6 text-center text-muted">{t('system.readers.none')}</li>}
              </ul>
            </Card>
          </Section>
        </div>
      )}
      <Plots looks={looks} />
    </Page>
  );
}
