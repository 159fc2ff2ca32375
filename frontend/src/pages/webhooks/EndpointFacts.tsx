// What an endpoint was told to do.
import type { ReactNode } from 'react';
import { useT } from '../../i18n/translate';
import { Badge } from '../../ui/Badge';
import { Card } from '../../ui/Card';
import { DateTime } from '../../ui/DateTime';
import type { EndpointSettingsFragment } from '../../gql/graphql';
import { EndpointBadge } from './badges';
import { wireName } from './types';

export function EndpointFacts({ endpoint }: { endpoint: EndpointSettingsFragment }) {
  const t = useT();
  return (
    <Card className="p-5">
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-4 text-sm sm:grid-cols-2">
        <Fact label={t('webhooks.status')}>
          <EndpointBadge status={endpoint.status} />
        </Fact>
        <Fact label={t('webhooks.url')}>
          <code className="font-mono text-xs break-all">{endpoint.url}</code>
        </Fact>
        <Fact label={t('webhooks.types')}>
          <span className="flex flex-wrap gap-1.5">
            {endpoint.types.map((type) => (
              <Badge key={type} className="font-mono">
                {wireName(type)}
              </Badge>
            ))}
          </span>
        </Fact>
        <Fact label={t('webhooks.ordering')}>{t(`webhooks.ordering.${endpoint.ordering}`)}</Fact>
        <Fact label={t('webhooks.maxInFlight')}>{endpoint.maxInFlight}</Fact>
        <Fact label={t('webhooks.secret')}>
          <code className="font-mono text-xs">{endpoint.secretHint}</code>
        </Fact>
        <Fact label={t('webhooks.created')}>
          <DateTime at={endpoint.createdAt} look="full" />
        </Fact>
        <Fact label={t('webhooks.document')}>
          {endpoint.document ? <pre tabIndex={0} className="max-h-40 overflow-auto rounded-lg bg-raised p-2 font-mono text-xs">{endpoint.document}</pre> : t('webhooks.document.default')}
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
