// Who did something, in words. Another user's name is for staff: customers are told that it was done in the shop.
import type { ActorKind } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { useViewer } from '../../lib/session/viewer';

type Actor = { kind: ActorKind; user?: { id: string; name: string } | null };

export function useActor(): (actor: Actor) => string {
  const t = useT();
  const viewer = useViewer();
  return ({ kind, user }) => {
    if (kind !== 'USER') return t(`actor.${kind}`);
    if (!user) return t('actor.staff');
    return user.id === viewer?.id ? t('actor.you') : t('actor.user', { name: user.name });
  };
}
