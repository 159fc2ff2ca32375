// What can be done with an endpoint as a whole.
import { History, KeyRound, MoreHorizontal, Pause, Pencil, Play, Radio, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import type { EndpointSettingsFragment } from '../../gql/graphql';
import { useT } from '../../i18n/translate';
import { refusalText, type Refusal } from '../../lib/refusals/texts';
import { Button, IconButton } from '../../ui/Button';
import { faultText } from '../../ui/Fault';
import { Menu, MenuItem, MenuLine } from '../../ui/Menu';
import { useMoney } from '../../ui/Money';
import { toast } from '../../ui/toasts';
import { DeleteDialog } from './DeleteDialog';
import { PingEndpoint, UpdateEndpoint } from './mutations';
import { ReplayDialog } from './ReplayDialog';
import { RotateDialog } from './RotateDialog';

type Props = { endpoint: EndpointSettingsFragment; onEdit: () => void; onChanged: () => void };

export function EndpointActions({ endpoint, onEdit, onChanged }: Props) {
  const t = useT();
  const money = useMoney();
  const [open, setOpen] = useState<'rotate' | 'delete' | 'replay' | null>(null);
  const [{ fetching: pinging }, ping] = useMutation(PingEndpoint);
  const [{ fetching: updating }, update] = useMutation(UpdateEndpoint);
  const running = endpoint.status === 'ENABLED';
  const refused = (refusal: Refusal) => toast(refusalText({ t, money }, refusal), 'bad');

  async function tryIt() {
    const { data, error } = await ping({ id: endpoint.id });
    const result = data?.pingWebhookEndpoint;
    if (error) return toast(faultText(t, error), 'bad');
    if (result?.__typename === 'NotFound') refused(result);
    onChanged();
  }
  async function toggle() {
    const { data, error } = await update({ input: { id: endpoint.id, expectedVersion: endpoint.version, status: running ? 'PAUSED' : 'ENABLED' } });
    const result = data?.updateWebhookEndpoint;
    if (error) toast(faultText(t, error), 'bad');
    if (result && result.__typename !== 'WebhookEndpoint') refused(result);
    onChanged();
  }
  const Toggle = running ? Pause : Play;
  return (
    <>
      <Button busy={pinging} onClick={() => void tryIt()}>
        <Radio className="size-4" aria-hidden />
        {t('webhooks.ping')}
      </Button>
      <Button busy={updating} onClick={() => void toggle()}>
        <Toggle className="size-4" aria-hidden />
        {t(running ? 'webhooks.pause' : 'webhooks.resume')}
      </Button>
      <Menu trigger={<IconButton label={t('webhooks.actions')}><MoreHorizontal className="size-5" aria-hidden /></IconButton>}>
        <MenuItem onSelect={onEdit}>
          <Pencil className="size-4" aria-hidden />
          {t('webhooks.edit')}
        </MenuItem>
        <MenuItem onSelect={() => setOpen('rotate')}>
          <KeyRound className="size-4" aria-hidden />
          {t('webhooks.rotate')}
        </MenuItem>
        <MenuItem onSelect={() => setOpen('replay')}>
          <History className="size-4" aria-hidden />
          {t('webhooks.replay')}
        </MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => setOpen('delete')}>
          <Trash2 className="size-4 text-bad" aria-hidden />
          {t('webhooks.delete')}
        </MenuItem>
      </Menu>
      {open === 'rotate' && <RotateDialog id={endpoint.id} onClose={() => setOpen(null)} />}
      {open === 'replay' && <ReplayDialog id={endpoint.id} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteDialog id={endpoint.id} name={endpoint.name} onClose={() => setOpen(null)} />}
    </>
  );
}
