import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import {
  useCreatePanelMutation,
  useDeletePanelMutation,
  useListPanelsQuery,
  useUpdatePanelMutation,
} from '@/app/api';
import { faultText, problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import type { Panel } from '@/generated/api';
import { announce } from '@/live/announcer';
import { panelOf } from './panels-menu';
import type { ConversationSettings } from './use-conversation-settings';

/** Saves the services that will be asked under a name; renames and lets go of saved ones. */
export default function PanelsDialog({
  settings,
  onClose,
}: {
  settings: ConversationSettings;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = useListPanelsQuery();
  const [gone, setGone] = useState<Panel | null>(null);
  return (
    <Dialog open onClose={onClose} title={t('panels.title')} description={t('panels.text')}>
      <div className="grid gap-5 overflow-y-auto p-5">
        <NewPanel settings={settings} panels={data?.items ?? []} />
        {gone && <BringBack panel={gone} onDone={() => setGone(null)} />}
        {error && !data ? (
          <LoadProblem error={error} retry={refetch} />
        ) : !data ? (
          <Skeleton className="h-16" />
        ) : data.items.length === 0 ? (
          <p className="text-sm text-ink-faint">{t('panels.empty')}</p>
        ) : (
          <ul className="grid gap-3">
            {data.items.map((panel) => (
              <PanelRow key={panel.id} panel={panel} settings={settings} onGone={() => setGone(panel)} />
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

function NewPanel({ settings, panels }: { settings: ConversationSettings; panels: Panel[] }) {
  const { t } = useTranslation();
  const [create, creating] = useCreatePanelMutation();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const saved = panelOf(panels, settings.chosen);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The composer's form around the dialog's trigger has no part in this.
    event.stopPropagation();
    if (name.trim() === '') {
      setProblem(t('panels.nameNeeded'));
      return;
    }
    try {
      const service_ids = settings.chosen.map((service) => service.id);
      const made = await create({ panelDraft: { name: name.trim(), service_ids } }).unwrap();
      announce(t('panels.saved', { name: made.name }));
      setName('');
      setProblem(undefined);
    } catch (error) {
      setProblem(faultText(error));
    }
  };
  return (
    <form onSubmit={submit} noValidate aria-label={t('panels.saveThese')} className="grid gap-3">
      <p className="text-sm text-ink-soft">
        {t('panels.willAsk')}{' '}
        <span className="font-medium text-ink">
          {settings.chosen.map((service) => service.name).join(', ')}
        </span>
        {saved && <> · {t('panels.isSaved', { name: saved.name })}</>}
      </p>
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-40 flex-1">
          <Field
            label={t('panels.name')}
            value={name}
            maxLength={60}
            error={problem}
            onChange={(event) => {
              setName(event.target.value);
              setProblem(undefined);
            }}
          />
        </div>
        <Button type="submit" look="primary" busy={creating.isLoading}>
          {t('panels.save')}
        </Button>
      </div>
    </form>
  );
}

/** Takes back what was just let go of; a toast could not be reached behind the dialog. */
function BringBack({ panel, onDone }: { panel: Panel; onDone(): void }) {
  const { t } = useTranslation();
  const [create, creating] = useCreatePanelMutation();
  const { name, service_ids } = panel;
  const run = async () => {
    try {
      await create({ panelDraft: { name, service_ids } }).unwrap();
      onDone();
    } catch (error) {
      toast.error(problemText(error));
    }
  };
  return (
    <p role="status" className="flex flex-wrap items-center justify-between gap-2 text-sm text-ink-soft">
      {t('panels.deleted', { name })}
      <Button busy={creating.isLoading} onClick={run}>
        {t('common.undo')}
      </Button>
    </p>
  );
}

function PanelRow(props: { panel: Panel; settings: ConversationSettings; onGone(): void }) {
  const { panel, settings, onGone } = props;
  const { t } = useTranslation();
  const [update, updating] = useUpdatePanelMutation();
  const [remove, removing] = useDeletePanelMutation();
  const [name, setName] = useState<string | null>(null);
  const [problem, setProblem] = useState<string>();
  const members = settings.available.filter((service) => panel.service_ids.includes(service.id));
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    try {
      await update({ id: panel.id, panelChanges: { name: (name ?? '').trim() } }).unwrap();
      setName(null);
      setProblem(undefined);
    } catch (error) {
      setProblem(faultText(error));
    }
  };
  const letGo = async () => {
    try {
      await remove({ id: panel.id }).unwrap();
      onGone();
    } catch (error) {
      toast.error(problemText(error));
    }
  };
  return (
    <li className="grid gap-2 rounded-xl p-4 ring-1 ring-line ring-inset" data-testid="panel">
      {name === null ? (
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{panel.name}</span>
          <code className="text-xs text-ink-faint">quorum:{panel.slug}</code>
        </p>
      ) : (
        <form onSubmit={rename} noValidate className="flex flex-wrap items-end gap-2">
          <div className="min-w-40 flex-1">
            <Field
              label={t('panels.name')}
              value={name}
              maxLength={60}
              error={problem}
              autoFocus
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          <Button type="submit" look="primary" busy={updating.isLoading}>
            {t('common.save')}
          </Button>
          <Button look="quiet" onClick={() => setName(null)}>
            {t('common.cancel')}
          </Button>
        </form>
      )}
      <p className="text-sm text-ink-soft">
        {members.length > 0 ? members.map((service) => service.name).join(', ') : t('panels.nobody')}
      </p>
      {name === null && (
        <div className="flex flex-wrap gap-2">
          <Button
            onClick={() => setName(panel.name)}
            aria-label={t('panels.renameOne', { name: panel.name })}
          >
            {t('panels.rename')}
          </Button>
          <Button
            look="danger"
            busy={removing.isLoading}
            onClick={letGo}
            aria-label={t('panels.deleteOne', { name: panel.name })}
          >
            {t('panels.delete')}
          </Button>
        </div>
      )}
    </li>
  );
}
