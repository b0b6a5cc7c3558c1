import {
  Archive,
  CircleHelp,
  LogOut,
  PanelTop,
  Plus,
  Search,
  Settings,
  SlidersHorizontal,
  X,
} from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useLogoutMutation } from '@/app/api';
import { useSession } from '@/app/gate';
import { tellOtherTabs } from '@/app/other-tabs';
import { useShell } from '@/app/shell-context';
import { IconButton } from '@/components/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { ConversationList } from './conversation-list';
import { SearchResults } from './search-results';

/** The conversations, newest first; search; and the way to everything else. */
export function Sidebar() {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [archived, setArchived] = useState(false);
  const wanted = useDeferredValue(query.trim());
  return (
    <nav aria-label={t('sidebar.label')} className="flex min-h-0 w-full flex-1 flex-col">
      <div className="grid gap-2 px-3 pt-3 pb-2">
        <div className="flex h-8 items-center gap-2 px-1">
          <img src="/favicon.svg" alt="" className="size-6" />
          <span className="font-serif text-xl font-medium tracking-tight">Quorum</span>
        </div>
        <Link
          to="/"
          className="tap flex h-9 items-center gap-2 rounded-lg bg-surface px-3 text-sm font-medium ring-1 ring-line ring-inset hover:ring-accent"
        >
          <Plus aria-hidden className="size-4" />
          {t('sidebar.new')}
        </Link>
        <div className="relative">
          <Search aria-hidden className="absolute top-1/2 start-3 size-4 -translate-y-1/2 text-ink-faint" />
          <input
            type="search"
            aria-label={t('sidebar.search')}
            placeholder={t('sidebar.search')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setQuery('')}
            className="h-9 w-full rounded-lg bg-transparent pe-8 ps-9 text-sm ring-1 ring-line ring-inset hover:ring-line-strong [&::-webkit-search-cancel-button]:hidden pointer-coarse:h-11"
          />
          {query && (
            <IconButton
              label={t('sidebar.clearSearch')}
              icon={<X aria-hidden className="size-4" />}
              onClick={() => setQuery('')}
              className="absolute top-1/2 end-0.5 -translate-y-1/2"
            />
          )}
        </div>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {wanted ? <SearchResults query={wanted} /> : <ConversationList archived={archived} />}
      </div>
      <div className="flex items-center gap-1 border-t border-line p-2">
        <AccountMenu />
        <IconButton
          label={archived ? t('sidebar.showActive') : t('sidebar.showArchived')}
          aria-pressed={archived}
          icon={<Archive aria-hidden className="size-4" />}
          onClick={() => setArchived(!archived)}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
        />
      </div>
    </nav>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const { openPalette, openShortcuts } = useShell();
  const [logout] = useLogoutMutation();

  const signOut = async () => {
    await logout();
    tellOtherTabs('signed-out');
    // A fresh page, so that nothing of this session stays in memory.
    window.location.assign('/sign-in');
  };
  const name = session?.user.name ?? '';
  return (
    <Menu
      side="top"
      align="start"
      label={t('sidebar.account')}
      trigger={
        <button
          type="button"
          data-testid="account-menu"
          className="tap flex min-w-0 flex-1 items-center gap-2 rounded-lg px-2 py-1 text-start text-sm hover:bg-surface"
        >
          <span
            aria-hidden
            className="grid size-6 shrink-0 place-items-center rounded-full bg-accent text-xs font-semibold text-on-accent"
          >
            {[...name][0]?.toUpperCase()}
          </span>
          <span className="truncate">{name}</span>
        </button>
      }
    >
      <MenuItem icon={<Settings aria-hidden className="size-4" />} onSelect={() => navigate('/settings')}>
        {t('settings.title')}
      </MenuItem>
      {session?.user.role === 'admin' && (
        <MenuItem
          icon={<SlidersHorizontal aria-hidden className="size-4" />}
          onSelect={() => navigate('/admin')}
        >
          {t('admin.title')}
        </MenuItem>
      )}
      <MenuItem icon={<PanelTop aria-hidden className="size-4" />} onSelect={openPalette}>
        {t('palette.title')}
      </MenuItem>
      <MenuItem icon={<CircleHelp aria-hidden className="size-4" />} onSelect={openShortcuts}>
        {t('keys.title')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden className="size-4" />} onSelect={signOut}>
        {t('account.signOut')}
      </MenuItem>
    </Menu>
  );
}
