import {
  Copy,
  Ellipsis,
  EyeOff,
  Gavel,
  GitBranch,
  MessageSquarePlus,
  Pencil,
  Undo2,
  Vote,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { toast } from 'sonner';
import { useListServicesQuery } from '@/app/api';
import { copyText } from '@/app/clipboard';
import { IconButton } from '@/components/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import type { Message } from '@/generated/api';
import { announce } from '@/live/announcer';
import { fillComposer } from './fill-composer';
import { useBranch } from './use-branch';
import type { TurnActions } from './use-turn-actions';

/** What can be done with a whole turn, also long after it happened. */
export function TurnMenu({ message, actions }: { message: Message; actions: TurnActions }) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  const { data: services } = useListServicesQuery();
  const branch = useBranch(message);
  const batch = message.batch;
  const asked = new Set(batch?.responses.filter((response) => !response.deleted).map((r) => r.service_id));
  const more =
    services?.items.filter((service) => service.active && service.contestant && !asked.has(service.id)) ?? [];
  const removed = batch?.responses.filter((response) => response.deleted).length ?? 0;

  const copy = async () => {
    try {
      await copyText(message.content);
      announce(t('common.copied'));
      toast(t('common.copied'));
    } catch {
      toast.error(t('common.copyFailed'));
    }
  };

  return (
    <Menu
      label={t('turn.menu')}
      trigger={<IconButton label={t('turn.menu')} icon={<Ellipsis aria-hidden className="size-4" />} />}
    >
      <MenuItem icon={<Copy aria-hidden className="size-4" />} onSelect={copy}>
        {t('turn.copyQuestion')}
      </MenuItem>
      <MenuItem
        icon={<Pencil aria-hidden className="size-4" />}
        onSelect={() => fillComposer(message.content, message.attachments)}
      >
        {t('turn.editQuestion')}
      </MenuItem>
      <MenuItem icon={<GitBranch aria-hidden className="size-4" />} onSelect={() => void branch()}>
        {t('turn.editInBranch')}
      </MenuItem>
      <MenuItem
        icon={<EyeOff aria-hidden className="size-4" />}
        onSelect={() => actions.exclude(!message.excluded)}
      >
        {message.excluded ? t('turn.include') : t('turn.exclude')}
      </MenuItem>
      {removed > 0 && (
        <MenuItem icon={<Undo2 aria-hidden className="size-4" />} onSelect={actions.restoreAll}>
          {t('batch.restore', { count: removed })}
        </MenuItem>
      )}
      {batch && batch.answered_responses > 1 && (
        <MenuItem icon={<Gavel aria-hidden className="size-4" />} onSelect={actions.rankAgain}>
          {t('turn.rankAgain')}
        </MenuItem>
      )}
      {batch && batch.judges_voted > 0 && (
        <MenuItem
          icon={<Vote aria-hidden className="size-4" />}
          onSelect={() =>
            setParams((params) => {
              params.set('panel', 'ballots');
              params.set('batch', batch.id);
              params.delete('consensus');
              return params;
            })
          }
        >
          {t('batch.ballots')}
        </MenuItem>
      )}
      {batch && more.length > 0 && <MenuSeparator />}
      {batch &&
        more.map((service) => (
          <MenuItem
            key={service.id}
            icon={<MessageSquarePlus aria-hidden className="size-4" />}
            onSelect={() => actions.ask(service.id)}
          >
            {t('turn.askToo', { name: service.name })}
          </MenuItem>
        ))}
    </Menu>
  );
}
