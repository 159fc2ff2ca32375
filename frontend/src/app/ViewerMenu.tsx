// Who is signed in, and the way out.
import { LogOut, UserRound } from 'lucide-react';
import { useMutation } from 'urql';
import { useLocation } from 'wouter';
import { useT } from '../i18n/translate';
import { graphql } from '../lib/graphql';
import { signedOut } from '../lib/session/tokens';
import type { Viewer } from '../lib/session/viewer';
import { IconButton } from '../ui/Button';
import { Menu, MenuItem, MenuLine } from '../ui/Menu';
import { toast } from '../ui/toasts';

const SignOut = graphql(`
  mutation SignOut {
    logout {
      sessionsRevoked
    }
  }
`);

export function ViewerMenu({ viewer }: { viewer: Viewer }) {
  const t = useT();
  const [, go] = useLocation();
  const [, signOut] = useMutation(SignOut);
  async function leave() {
    const { error } = await signOut({});
    if (error?.networkError) return toast(t('fault.network'), 'bad'); // still signed in: the cookie is still there
    signedOut();
    go('/');
  }
  const trigger = (
    <IconButton label={`${t('nav.account')}: ${viewer.name}`}>
      <span
        aria-hidden
        data-initials={initials(viewer.name)} // not as text: the name of the button is the whole name
        className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent before:content-[attr(data-initials)]"
      />
    </IconButton>
  );
  return (
    <Menu trigger={trigger}>
      <div className="px-2.5 py-2">
        <p className="font-medium">{viewer.name}</p>
        <p className="text-xs text-muted">{viewer.email}</p>
      </div>
      <MenuLine />
      <MenuItem onSelect={() => go('/account')}>
        <UserRound className="size-4" aria-hidden />
        {t('nav.account')}
      </MenuItem>
      <MenuItem onSelect={() => void leave()}>
        <LogOut className="size-4" aria-hidden />
        {t('nav.signOut')}
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => Array.from(word ?? '')[0] ?? '').join('').toUpperCase();
}
