import { Menu } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import { IconButton } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { LiveRegion } from '@/components/ui/live-region';
import { useShellShortcuts } from '@/features/keyboard/use-shell-shortcuts';
import { Sidebar } from '@/features/sidebar/sidebar';
import { useLiveSidebar } from '@/live/use-live-conversation';
import { useSession } from './gate';
import { OfflineBanner } from './offline-banner';
import { type ShellContext, ShellProvider } from './shell-context';
import { Toasts } from './toasts';

const Palette = lazy(() => import('@/features/palette/palette'));
const ShortcutMap = lazy(() => import('@/features/keyboard/shortcut-map'));

/** The frame around every signed-in screen: sidebar or drawer, banners, palette, announcements. */
export function AppShell() {
  const { t } = useTranslation();
  const session = useSession();
  const { key } = useLocation();
  const [drawer, setDrawer] = useState(false);
  const [overlay, setOverlay] = useState<'palette' | 'shortcuts' | null>(null);
  useLiveSidebar(session?.user.id);
  useShellShortcuts({ openPalette: () => setOverlay('palette'), openMap: () => setOverlay('shortcuts') });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes whenever the place changes
  useEffect(() => setDrawer(false), [key]);

  const context: ShellContext = {
    menuButton: (
      <span className="lg:hidden">
        <IconButton
          label={t('sidebar.open')}
          icon={<Menu aria-hidden className="size-5" />}
          onClick={() => setDrawer(true)}
        />
      </span>
    ),
    openPalette: () => setOverlay('palette'),
    openShortcuts: () => setOverlay('shortcuts'),
  };

  return (
    <ShellProvider value={context}>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:start-2 focus:z-50 focus:rounded-lg focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
      >
        {t('shell.skip')}
      </a>
      <div className="flex h-full">
        <aside className="hidden w-68 shrink-0 border-e border-line bg-sunken lg:flex">
          <Sidebar />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col" id="main" tabIndex={-1}>
          <OfflineBanner />
          <Outlet />
        </div>
      </div>
      <Dialog open={drawer} onClose={() => setDrawer(false)} title={t('sidebar.label')} shape="left" bare>
        <div className="flex h-full bg-sunken">
          <Sidebar />
        </div>
      </Dialog>
      <Suspense fallback={null}>
        {overlay === 'palette' && <Palette onClose={() => setOverlay(null)} />}
        {overlay === 'shortcuts' && <ShortcutMap onClose={() => setOverlay(null)} />}
      </Suspense>
      <LiveRegion />
      <Toasts />
    </ShellProvider>
  );
}
