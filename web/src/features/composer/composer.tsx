import { ArrowUp, LoaderCircle } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetInstanceQuery } from '@/app/api';
import { formatNumber } from '@/app/format';
import { useOnline } from '@/app/online';
import { cx } from '@/components/ui/class-names';
import { Notice } from '@/components/ui/notice';
import { preloadRenderer } from '@/features/markdown/answer-text';
import type { Conversation, Problem } from '@/generated/api';
import { BudgetNotice } from './budget-notice';
import { ComposerBar } from './composer-bar';
import { ContextLine } from './context-line';
import { EstimateLine } from './estimate-line';
import { SlashMenu } from './slash-menu';
import { useComposer } from './use-composer';
import { useConversationSettings } from './use-conversation-settings';
import { usePostMessage } from './use-post-message';
import { useSlash } from './use-slash';

export interface ComposerProps {
  conversation: Conversation | undefined;
  /** Null while the conversation does not exist yet. */
  conversationId: string | null;
  turns: number;
}

const DEFAULT_LIMIT = 8000;

/** The place to write: keeps its draft, counts, and says what goes along with the next message. */
export function Composer({ conversation, conversationId, turns }: ComposerProps) {
  const { t } = useTranslation();
  const online = useOnline();
  const limit = useGetInstanceQuery().data?.limits.message_chars ?? DEFAULT_LIMIT;
  const settings = useConversationSettings(conversation, conversationId);
  const post = usePostMessage(conversationId, settings.draft);
  const { text, setText, sending, problem, clearProblem, send } = useComposer(conversationId, post);
  const slash = useSlash(text, setText);
  const [refused, setRefused] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const length = [...text].length;
  const over = length - limit;

  useGrowingHeight(area, text);
  useFilledFromOutside(area, setText);
  useEffect(() => {
    if (window.matchMedia('(pointer: fine)').matches) area.current?.focus({ preventScroll: true });
  }, []);

  const trySend = () => {
    setRefused(!online || over > 0);
    if (online && over <= 0) send();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (slash.onKeyDown(event)) return;
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.keyCode === 229) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.shiftKey && !command) return;
    event.preventDefault();
    trySend();
  };

  const problemId = 'composer-problem';
  const bad = over > 0 || problem !== null;
  return (
    <form
      aria-label={t('composer.label')}
      onSubmit={(event) => {
        event.preventDefault();
        trySend();
      }}
      className={cx(
        'relative rounded-2xl bg-surface shadow-card ring-1 transition-shadow ring-inset focus-within:ring-2',
        over > 0 ? 'ring-bad' : 'ring-line-strong/60 focus-within:ring-accent',
      )}
    >
      {slash.open && <SlashMenu choices={slash.choices} at={slash.at} onChoose={slash.choose} />}
      <div id={problemId} className="grid gap-2 empty:hidden [&>*]:mx-2 [&>*:first-child]:mt-2">
        <BudgetNotice />
        <ComposerProblem
          problem={problem}
          offline={!online && refused}
          over={over}
          limit={limit}
          refused={refused}
        />
      </div>
      <div className="flex items-end gap-2 pt-1 pe-2">
        <label className="sr-only" htmlFor="composer-text">
          {t('composer.label')}
        </label>
        <textarea
          ref={area}
          id="composer-text"
          data-composer
          dir="auto"
          rows={1}
          value={text}
          enterKeyHint="send"
          placeholder={turns > 0 ? t('composer.next') : t('composer.first')}
          aria-invalid={bad || undefined}
          aria-describedby={problemId}
          onChange={(event) => {
            preloadRenderer();
            setText(event.target.value);
            setRefused(false);
            if (problem) clearProblem();
          }}
          {...slash.attributes}
          onKeyDown={onKeyDown}
          className="block max-h-[40vh] min-w-0 flex-1 resize-none bg-transparent pt-2 pb-3 ps-4 text-base leading-relaxed outline-none"
        />
        <button
          type="submit"
          data-action="send"
          aria-label={t('composer.send')}
          title={t('composer.send')}
          aria-disabled={text.trim() === '' || sending}
          className="tap mb-1 grid size-9 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-opacity hover:bg-accent-strong aria-disabled:bg-sunken aria-disabled:text-ink-faint"
        >
          {sending ? (
            <LoaderCircle aria-hidden className="size-4.5 animate-spin" />
          ) : (
            <ArrowUp aria-hidden className="size-4.5" />
          )}
        </button>
      </div>
      <div className="flex flex-wrap items-center gap-x-0.5 px-2 pb-1.5">
        <ComposerBar settings={settings} />
        <span className="ms-auto pe-2">
          <Counter length={length} limit={limit} />
        </span>
      </div>
      {conversationId && turns > 0 && <ContextLine conversationId={conversationId} />}
      <EstimateLine
        conversationId={conversationId}
        text={over > 0 ? '' : text}
        serviceIds={settings.chosen.map((service) => service.id)}
        judgingPolicy={settings.judgingPolicy}
      />
    </form>
  );
}

function ComposerProblem(props: {
  problem: Problem | null;
  offline: boolean;
  over: number;
  limit: number;
  refused: boolean;
}) {
  const { t } = useTranslation();
  const { problem, offline, over, limit, refused } = props;
  if (offline) {
    return (
      <Notice tone="warn" role="alert">
        {t('composer.offline')}
      </Notice>
    );
  }
  if (over > 0 && refused) {
    return (
      <Notice tone="bad" role="alert">
        {t('composer.tooLong', { limit: formatNumber(limit), over: formatNumber(over) })}
      </Notice>
    );
  }
  if (!problem) return null;
  const fields = problem.errors ?? [];
  return (
    <Notice tone="bad" role="alert">
      {fields.length === 0 ? (
        problem.detail || problem.title
      ) : (
        <ul>
          {fields.map((field) => (
            <li key={field.field + field.message}>
              {field.message}
              {field.limit != null && ` (${t('composer.limit', { limit: formatNumber(field.limit) })})`}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-0.5 text-ink-soft">{t('composer.kept')}</p>
    </Notice>
  );
}

/** Shown from three quarters of the limit on. */
function Counter({ length, limit }: { length: number; limit: number }) {
  const { t } = useTranslation();
  if (length < limit * 0.75) return null;
  const over = length > limit;
  return (
    <span
      data-testid="counter"
      role={over ? 'alert' : undefined}
      className={cx('text-xs tabular-nums', over ? 'font-semibold text-bad' : 'text-ink-faint')}
    >
      {over
        ? t('composer.over', { over: formatNumber(length - limit), limit: formatNumber(limit) })
        : t('composer.count', { length: formatNumber(length), limit: formatNumber(limit) })}
    </span>
  );
}

function useGrowingHeight(area: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [area, text]);
}

function useFilledFromOutside(
  area: React.RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
): void {
  useEffect(() => {
    const onFill = (event: Event) => {
      setText((event as CustomEvent<string>).detail);
      area.current?.focus();
    };
    window.addEventListener('quorum:fill', onFill);
    return () => window.removeEventListener('quorum:fill', onFill);
  }, [area, setText]);
}
