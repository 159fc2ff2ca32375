// Which events an endpoint hears of.
import type { EventType } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { Choice, Choices } from '../../ui/Choice';
import { GROUPS, TYPES, wireName, type Group } from './types';

type Props = { legend?: string; chosen: EventType[]; onChange: (types: EventType[]) => void; error?: string | null | undefined };

export function TypeChoices({ legend, chosen, onChange, error }: Props) {
  const t = useT();
  const toggle = (type: EventType) => {
    const wanted = new Set(chosen);
    if (!wanted.delete(type)) wanted.add(type);
    onChange(TYPES.filter((one) => wanted.has(one)));
  };
  return (
    <Choices legend={legend ?? t('webhooks.types')} error={error} className="grid gap-4 sm:grid-cols-2">
      {(Object.keys(GROUPS) as Group[]).map((group) => (
        <div key={group} role="group" aria-label={t(`webhooks.group.${group}`)} className="grid content-start gap-1.5">
          <p className="text-xs font-medium text-muted">{t(`webhooks.group.${group}`)}</p>
          {GROUPS[group].map((type) => (
            <Choice key={type} checked={chosen.includes(type)} onChange={() => toggle(type)} label={<code className="font-mono text-xs">{wireName(type)}</code>} />
          ))}
        </div>
      ))}
    </Choices>
  );
}
