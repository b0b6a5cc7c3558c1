import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useConversationListInfiniteQuery } from '@/app/api';
import { dayKey, formatDay, formatExact } from '@/app/format';
import { problemText } from '@/app/problem';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Menu, MenuItem } from '@/components/ui/menu';
import { Notice, Skeleton } from '@/components/ui/notice';
import type { Conversation } from '@/generated/api';
import { RenameField } from './rename-field';
import { useConversationActions } from './use-conversation-actions';

interface Day {
  key: string;
  label: string;
  items: Conversation[];
}

export function groupByDay(conversations: Conversation[], now: Date): Day[] {
  const days: Day[] = [];
  for (const conversation of conversations) {
    const at = conversation.last_message_at ?? conversation.created_at;
    const key = dayKey(at);
    const day = days.at(-1);
    if (day?.key === key) day.items.push(conversation);
    else days.push({ key, label: formatDay(at, now), items: [conversation] });
  }
  return days;
}

/** The list by day; more is fetched as its end comes near. */
export function ConversationList({ archived }: { archived: boolean }) {
  const { t } = useTranslation();
  const list = useConversationListInfiniteQuery({ archived });
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const days = useMemo(() => groupByDay(items, new Date()), [items]);
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;

  useEffect(() => {
    const mark = end.current;
    if (!mark || !hasNextPage || isFetchingNextPage) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void fetchNextPage();
    });
    observer.observe(mark);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (list.error && !list.data) {
    return (
      <Notice
        tone="bad"
        role="alert"
        action={<Button onClick={() => list.refetch()}>{t('common.tryAgain')}</Button>}
      >
        {problemText(list.error)}
      </Notice>
    );
  }
  if (!list.data) {
    return (
      <div className="grid gap-2 px-2 pt-3" role="status">
        <span className="sr-only">{t('common.loading')}</span>
        {[80, 64, 72, 50].map((width) => (
          <div key={width} style={{ width: `${width}%` }}>
            <Skeleton className="h-5" />
          </div>
        ))}
      </div>
    );
  }
  if (items.length === 0) {
    return (
      <p className="px-3 py-6 text-sm text-ink-faint">
        {archived ? t('sidebar.noArchived') : t('sidebar.empty')}
      </p>
    );
  }
  return (
    <div>
      {archived && <h2 className="px-2 pt-2 text-sm font-semibold">{t('sidebar.archivedHeading')}</h2>}
      {days.map((day) => (
        <section key={day.key} aria-label={day.label}>
          <h3 className="px-2 pt-3 pb-1 text-xs font-medium text-ink-faint">{day.label}</h3>
          <ul>
            {day.items.map((conversation) => (
              <ConversationItem key={conversation.id} conversation={conversation} />
            ))}
          </ul>
        </section>
      ))}
      <div ref={end} className="h-4" />
      {isFetchingNextPage && <Skeleton className="mx-2 h-5" />}
    </div>
  );
}

function ConversationItem({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  const [renaming, setRenaming] = useState(false);
  if (renaming) {
    return (
      <li className="px-1 py-0.5">
        <RenameField conversation={conversation} onDone={() => setRenaming(false)} />
      </li>
    );
  }
  return (
    <li className="group relative flex items-center" data-testid="conversation-item">
      <NavLink
        to={`/c/${conversation.id}`}
        data-conversation-link
        title={`${conversation.title}\n${formatExact(conversation.last_message_at ?? conversation.created_at)}`}
        className={({ isActive }) =>
          cx(
            'tap flex min-w-0 flex-1 items-center rounded-lg py-1.5 pe-9 ps-2 text-sm',
            isActive
              ? 'bg-surface font-medium ring-1 ring-line ring-inset'
              : 'text-ink-soft hover:bg-surface hover:text-ink',
          )
        }
      >
        <span className="truncate" dir="auto">
          {conversation.title}
        </span>
      </NavLink>
      <span className="absolute end-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-data-[state=open]:opacity-100 pointer-coarse:opacity-100">
        <Menu
          label={t('sidebar.itemMenu', { title: conversation.title })}
          trigger={
            <IconButton
              label={t('sidebar.itemMenu', { title: conversation.title })}
              icon={<Ellipsis aria-hidden className="size-4" />}
            />
          }
        >
          <MenuItem icon={<Pencil aria-hidden className="size-4" />} onSelect={() => setRenaming(true)}>
            {t('sidebar.rename')}
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
          <MenuItem
            danger
            icon={<Trash2 aria-hidden className="size-4" />}
            onSelect={() => actions.remove(conversation)}
          >
            {t('sidebar.delete')}
          </MenuItem>
        </Menu>
      </span>
    </li>
  );
}
