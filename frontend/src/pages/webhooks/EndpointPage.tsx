import { ArrowLeft, Webhook } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { useT } from '../../i18n/translate';
import { readFragment } from '../../lib/graphql';
import { Alert } from '../../ui/Alert';
import { EmptyState } from '../../ui/EmptyState';
import { Fault } from '../../ui/Fault';
import { Page } from '../../ui/Page';
import { Skeletons } from '../../ui/Skeleton';
import { DeliveryLog } from './DeliveryLog';
import { EditEndpoint } from './EditEndpoint';
import { EndpointSettings } from './endpoint';
import { EndpointActions } from './EndpointActions';
import { EndpointFacts } from './EndpointFacts';
import { EndpointStats } from './EndpointStats';
import { SecretDialog } from './SecretDialog';
import { useEndpoint } from './useEndpoint';

export default function EndpointPage() {
  const t = useT();
  const { id } = useParams<{ id: string }>();
  const [editing, setEditing] = useState(false);
  const { endpoint, error, loaded, again } = useEndpoint(id);
  const settings = readFragment(EndpointSettings, endpoint);
  return (
    <Page title={settings?.name ?? t('webhooks.title')} width={editing ? 'wide' : 'normal'} actions={settings && <EndpointActions endpoint={settings} onEdit={() => setEditing(true)} onChanged={again} />}>
      <Link href="/webhooks" className="-mt-4 inline-flex items-center gap-1.5 justify-self-start text-sm text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden />
        {t('webhooks.all')}
      </Link>
      {error && <Fault error={error} onRetry={again} />}
      {!loaded && !error && <Skeletons className="h-24" />}
      {loaded && !endpoint && <EmptyState icon={Webhook} title={t('refusal.NotFound')} />}
      {settings?.disabledReason && <Alert>{settings.disabledReason}</Alert>}
      {endpoint && settings && (
        <>
          <SecretDialog endpointId={id} />
          {editing ? (
            <EditEndpoint endpoint={settings} onDone={() => setEditing(false)} />
          ) : (
            <>
              <EndpointStats of={endpoint.stats} lag={endpoint.lag} />
              <EndpointFacts endpoint={settings} />
              <DeliveryLog endpointId={id} onNews={again} />
            </>
          )}
        </>
      )}
    </Page>
  );
}
