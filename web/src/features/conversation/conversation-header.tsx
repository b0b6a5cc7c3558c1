import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  FileDown,
  FileJson,
  Pencil,
  Printer,
  Search,
  Share2,
  Trash2,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useShell } from '@/app/shell-context';
import { IconButton } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { Badge, Skeleton } from '@/components/ui/notice';
import { downloadConversation } from '@/features/share/download-conversation';
import { RenameField } from '@/features/sidebar/rename-field';
import { useConversationActions } from '@/features/sidebar/use-conversation-actions';
import type { Conversation } from '@/generated/api';

const ShareDialog = lazy(() => import('@/features/share/share-dialog'));

export interface ConversationHeaderProps {
  conversation: Conversation | undefined;
  demo: boolean;
  finding: boolean;
  onFind(): void;
  onPrint(): void;
}

/** The open conversation's title and what can be done with it. */
export function ConversationHeader({
  conversation,
  demo,
  finding,
  onFind,
  onPrint,
}: ConversationHeaderProps) {
  const { t } = useTranslation();
  const { menuButton } = useShell();
  const actions = useConversationActions();
  const [renaming, setRenaming] = useState(false);
  const [sharing, setSharing] = useState(false);
  const download = async (id: string, format: 'md' | 'json') => {
    if (!(await downloadConversation(id, format))) toast.error(t('exporting.failed'));
  };
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line px-3 sm:px-6">
      {menuButton}
      <div className="flex min-w-0 flex-1 items-center gap-2">
        {!conversation ? (
          <Skeleton className="h-4 w-48" />
        ) : renaming ? (
          <RenameField conversation={conversation} onDone={() => setRenaming(false)} />
        ) : (
          <h1 className="min-w-0 truncate text-[0.9375rem] font-semibold" data-testid="conversation-title">
            <button
              type="button"
              className="max-w-full truncate rounded-md px-1 py-0.5 pointer-coarse:min-h-11 hover:bg-sunken"
              title={t('header.rename')}
              onClick={() => setRenaming(true)}
            >
              {conversation.title}
            </button>
          </h1>
        )}
        {conversation?.archived && <Badge>{t('sidebar.archived')}</Badge>}
        {demo && <DemoBadge />}
      </div>
      {conversation && (
        <IconButton
          data-action="find"
          label={t('find.open')}
          aria-pressed={finding}
          icon={<Search aria-hidden className="size-4" />}
          onClick={onFind}
        />
      )}
      {conversation && (
        <Menu
          label={t('header.menu')}
          trigger={<IconButton label={t('header.menu')} icon={<Ellipsis aria-hidden className="size-4" />} />}
        >
          <MenuItem icon={<Pencil aria-hidden className="size-4" />} onSelect={() => setRenaming(true)}>
            {t('header.rename')}
          </MenuItem>
          <MenuItem
            icon={
              conversation.archived ? (
                <ArchiveRestore aria-hidden className="size-4" />
              ) : (
                <Archive aria-hidden className="size-4" />
              )
            }
            onSelect={() => actions.archive(conversation, !conversation.archived)}
          >
            {conversation.archived ? t('sidebar.unarchive') : t('sidebar.archive')}
          </MenuItem>
          <MenuItem icon={<Share2 aria-hidden className="size-4" />} onSelect={() => setSharing(true)}>
            {t('share.open')}
          </MenuItem>
          <MenuItem
            icon={<FileDown aria-hidden className="size-4" />}
            onSelect={() => void download(conversation.id, 'md')}
          >
            {t('exporting.markdown')}
          </MenuItem>
          <MenuItem
            icon={<FileJson aria-hidden className="size-4" />}
            onSelect={() => void download(conversation.id, 'json')}
          >
            {t('exporting.json')}
          </MenuItem>
          <MenuItem icon={<Printer aria-hidden className="size-4" />} onSelect={onPrint}>
            {t('header.print')}
          </MenuItem>
          <MenuItem
            danger
            icon={<Trash2 aria-hidden className="size-4" />}
            onSelect={() => actions.remove(conversation)}
          >
            {t('sidebar.delete')}
          </MenuItem>
        </Menu>
      )}
      {conversation && sharing && (
        <Suspense fallback={null}>
          <ShareDialog conversationId={conversation.id} onClose={() => setSharing(false)} />
        </Suspense>
      )}
    </header>
  );
}

/** Says that the answers come from the rehearsal and not from a provider. */
export function DemoBadge() {
  const { t } = useTranslation();
  return (
    <span title={t('demo.explained')} data-testid="demo-badge" className="inline-flex">
      <Badge tone="warn">{t('demo.badge')}</Badge>
    </span>
  );
}
