import { Command } from 'cmdk';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useConversationListInfiniteQuery, useSearchQuery } from '@/app/api';
import { useSession } from '@/app/gate';
import { chooseTheme } from '@/app/theme';
import { Dialog } from '@/components/ui/dialog';

const item =
  'tap flex cursor-pointer items-center rounded-lg px-3 py-2 text-sm data-[selected=true]:bg-accent-soft data-[selected=true]:text-ink';

/** Ctrl+K: go to a conversation or a screen, or do one of the common things. */
export default function Palette({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isAdmin = useSession()?.user.role === 'admin';
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query.trim());
  const recent = useConversationListInfiniteQuery({ archived: false });
  const found = useSearchQuery({ q: wanted, limit: 8 }, { skip: wanted.length < 2 });
  const conversations = recent.data?.pages[0]?.items.slice(0, 12) ?? [];
  const hits = wanted.length < 2 ? [] : (found.data?.items ?? []);

  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  const administration: [string, () => void][] = [
    [t('admin.title'), () => navigate('/admin')],
    [t('settings.judges'), () => navigate('/settings/judges')],
  ];
  const actions: [string, () => void][] = [
    [t('sidebar.new'), () => navigate('/')],
    [t('settings.keys'), () => navigate('/settings/keys')],
    [t('settings.services'), () => navigate('/settings/services')],
    [t('settings.appearance'), () => navigate('/settings/appearance')],
    [t('settings.usage'), () => navigate('/settings/usage')],
    [t('settings.kept'), () => navigate('/settings/kept')],
    ...(isAdmin ? administration : []),
    [t('palette.light'), () => chooseTheme('light')],
    [t('palette.dark'), () => chooseTheme('dark')],
    [t('palette.system'), () => chooseTheme('system')],
  ];
  return (
    <Dialog open onClose={onClose} title={t('palette.title')} bare>
      <Command label={t('palette.title')} className="flex max-h-[70vh] flex-col">
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder={t('palette.placeholder')}
          className="h-12 w-full shrink-0 border-b border-line bg-transparent px-5 text-base outline-none"
        />
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-faint">
          <Command.Empty className="px-3 py-6 text-center text-sm text-ink-faint">
            {t('palette.nothing')}
          </Command.Empty>
          <Command.Group heading={t('palette.conversations')}>
            {conversations.map((conversation) => (
              <Command.Item
                key={conversation.id}
                value={`${conversation.title} ${conversation.id}`}
                keywords={[conversation.title]}
                className={item}
                onSelect={run(() => navigate(`/c/${conversation.id}`))}
              >
                <span className="truncate">{conversation.title}</span>
              </Command.Item>
            ))}
            {hits
              .filter((hit) => !conversations.some((known) => known.id === hit.conversation_id))
              .map((hit) => (
                <Command.Item
                  key={`${hit.conversation_id}-${hit.message_id}`}
                  value={`${wanted} ${hit.conversation_id} ${hit.message_id}`}
                  className={item}
                  onSelect={run(() => navigate(`/c/${hit.conversation_id}`))}
                >
                  <span className="truncate">{hit.title}</span>
                  <span className="ms-3 min-w-0 flex-1 truncate text-xs text-ink-faint">{hit.snippet}</span>
                </Command.Item>
              ))}
          </Command.Group>
          <Command.Group heading={t('palette.actions')}>
            {actions.map(([label, action]) => (
              <Command.Item key={label} value={label} className={item} onSelect={run(action)}>
                {label}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
