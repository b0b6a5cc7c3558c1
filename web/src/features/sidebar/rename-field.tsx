import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetInstanceQuery } from '@/app/api';
import { faultText } from '@/app/problem';
import type { Conversation } from '@/generated/api';
import { useConversationActions } from './use-conversation-actions';

/** A title being edited in place: Enter keeps, Escape leaves it, a refusal is shown beside it. */
export function RenameField({ conversation, onDone }: { conversation: Conversation; onDone(): void }) {
  const { t } = useTranslation();
  const { rename } = useConversationActions();
  const limit = useGetInstanceQuery().data?.limits.title_chars ?? 200;
  const [title, setTitle] = useState(conversation.title);
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);

  useEffect(() => {
    const timer = setTimeout(() => input.current?.select(), 0);
    return () => clearTimeout(timer);
  }, []);

  const save = async () => {
    if (done.current) return;
    const wanted = title.trim();
    if (wanted === '' || wanted === conversation.title) {
      done.current = true;
      onDone();
      return;
    }
    if ([...wanted].length > limit) {
      setProblem(t('rename.tooLong', { limit }));
      return;
    }
    done.current = true;
    try {
      await rename(conversation, wanted);
      onDone();
    } catch (error) {
      done.current = false;
      setProblem(faultText(error));
    }
  };

  return (
    <span className="grid min-w-0 flex-1 gap-1">
      <input
        ref={input}
        // biome-ignore lint/a11y/noAutofocus: the reader has just asked to edit this title
        autoFocus
        aria-label={t('rename.label')}
        aria-invalid={problem ? true : undefined}
        dir="auto"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void save();
          }
          if (event.key === 'Escape') {
            event.stopPropagation();
            done.current = true;
            onDone();
          }
        }}
        className="h-8 w-full min-w-0 rounded-md bg-surface px-2 text-sm ring-1 ring-line-strong ring-inset aria-invalid:ring-bad"
      />
      {problem && (
        <span role="alert" className="text-xs text-bad">
          {problem}
        </span>
      )}
    </span>
  );
}
