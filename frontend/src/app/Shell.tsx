// What stands around every page: the navigation at the side, and the header with what is live.
import { Menu } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useT } from '../i18n/translate';
import { useViewer } from '../lib/session/viewer';
import { IconButton, LinkButton } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { BellMenu } from './BellMenu';
import { Boundary } from './Boundary';
import { ConnectionChip } from './ConnectionChip';
import { Logo } from './Logo';
import { Navigation } from './Navigation';
import { Preferences } from './Preferences';
import { RecoveryNotice } from './RecoveryNotice';
import { ViewerMenu } from './ViewerMenu';

export function Shell({ children }: { children: ReactNode }) {
  const t = useT();
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
      <a href="#main" className="sr-only z-50 rounded-lg bg-surface p-3 focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        {t('app.skip')}
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line p-4 lg:flex">
        <Link href="/" className="mb-6 rounded-lg px-2 py-1">
          <Logo />
        </Link>
        <Navigation />
      </aside>
      <div className="flex min-w-0 flex-col">
        <Header />
        <RecoveryNotice />
        <main id="main" tabIndex={-1} className="flex-1">
          {children}
        </main>
      </div>
    </div>
  );
}

function Header() {
  const t = useT();
  const viewer = useViewer();
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-1 border-b border-line bg-page/95 px-3 backdrop-blur-sm sm:px-6">
      <PhoneMenu />
      <Link href="/" className="rounded-lg p-1 lg:hidden" aria-label="Swap Shop">
        <Logo short />
      </Link>
      <Boundary quiet>{viewer && <ConnectionChip />}</Boundary>
      <div className="ml-auto flex items-center gap-1">
        <Boundary quiet>{viewer && <BellMenu />}</Boundary>
        <Preferences />
        {viewer ? (
          <ViewerMenu viewer={viewer} />
        ) : (
          <LinkButton href="/sign-in" look="primary" small>
            {t('nav.signIn')}
          </LinkButton>
        )}
      </div>
    </header>
  );
}

function PhoneMenu() {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t('app.menu')} className="lg:hidden" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Menu className="size-5" aria-hidden />
      </IconButton>
      <Dialog side open={open} onClose={() => setOpen(false)} title="Swap Shop">
        <Navigation onGo={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
