import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useCreatePromptMutation, useDeletePromptMutation, useListPromptsQuery } from '@/app/api';
import { problemText } from '@/app/problem';
import { offerUndo } from '@/app/undo';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import type { Prompt } from '@/generated/api';
import { PromptForm } from './prompt-form';

/** Texts that the user keeps to ask with again. */
export default function PromptsSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListPromptsQuery();
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <SectionFrame
      title={t('prompts.title')}
      text={t('prompts.text')}
      action={
        editing !== 'new' && (
          <Button
            look="primary"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => setEditing('new')}
          >
            {t('prompts.add')}
          </Button>
        )
      }
    >
      {editing === 'new' && <PromptForm onDone={() => setEditing(null)} />}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : data.items.length === 0 && editing !== 'new' ? (
        <EmptyState title={t('prompts.empty')}>{t('prompts.emptyText')}</EmptyState>
      ) : (
        <ul className="grid gap-3">
          {data.items.map((prompt) =>
            editing === prompt.id ? (
              <li key={prompt.id}>
                <PromptForm prompt={prompt} onDone={() => setEditing(null)} />
              </li>
            ) : (
              <PromptRow key={prompt.id} prompt={prompt} onEdit={() => setEditing(prompt.id)} />
            ),
          )}
        </ul>
      )}
    </SectionFrame>
  );
}

function PromptRow({ prompt, onEdit }: { prompt: Prompt; onEdit(): void }) {
  const { t } = useTranslation();
  const [remove, removing] = useDeletePromptMutation();
  const [create] = useCreatePromptMutation();
  const { name, content } = prompt;
  const run = async () => {
    try {
      await remove({ id: prompt.id }).unwrap();
      offerUndo({
        text: t('prompts.deleted', { name }),
        place: 'toast',
        run: () => create({ promptDraft: { name, content } }).unwrap(),
      });
    } catch (error) {
      toast.error(problemText(error));
    }
  };
  return (
    <li className="grid gap-2 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset" data-testid="prompt">
      <p className="font-mono text-sm font-medium">/{name}</p>
      <p className="line-clamp-3 text-sm break-words whitespace-pre-wrap text-ink-soft">{content}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onEdit}>{t('prompts.edit')}</Button>
        <Button look="danger" busy={removing.isLoading} onClick={run}>
          {t('prompts.delete')}
        </Button>
      </div>
    </li>
  );
}
