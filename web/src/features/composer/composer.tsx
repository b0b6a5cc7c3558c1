import { ArrowUp, LoaderCircle } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetInstanceQuery } from '@/app/api';
import { useOnline } from '@/app/online';
import { cx } from '@/components/ui/class-names';
import { preloadRenderer } from '@/features/markdown/shown';
import type { Attachment, Conversation } from '@/generated/api';
import { BudgetNotice } from './budget-notice';
import { ComposerBar } from './composer-bar';
import { ComposerProblem, Counter } from './composer-notices';
import { ContextLine } from './context-line';
import { EstimateLine } from './estimate-line';
import { AddImages, ImageTray } from './image-tray';
import { SlashMenu } from './slash-menu';
import { useComposer } from './use-composer';
import { useConversationSettings } from './use-conversation-settings';
import { useImageDrop } from './use-image-drop';
import { useImages } from './use-images';
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
  const { text, setText, attachments, setAttachments, sending, problem, clearProblem, send } = useComposer(
    conversationId,
    post,
  );
  const images = useImages(attachments, setAttachments);
  const hovering = useImageDrop(images.add);
  const slash = useSlash(text, setText);
  const [refused, setRefused] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const length = [...text].length;
  const over = length - limit;

  useGrowingHeight(area, text);
  useFilledFromOutside(area, setText, setAttachments);
  useEffect(() => {
    focusWithoutKeyboard(area);
  }, []);

  const trySend = () => {
    if (images.busy) return;
    setRefused(!online || over > 0);
    if (online && over <= 0) send();
  };

  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const files = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'));
    // Word processors put a picture of the text beside the text: then the text is meant.
    if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return;
    event.preventDefault();
    images.add(files);
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
      {hovering && images.possible && (
        <div className="pointer-events-none absolute inset-0 z-20 grid place-items-center rounded-2xl bg-accent-soft text-sm font-medium text-accent-strong ring-2 ring-accent">
          {t('images.dropHere')}
        </div>
      )}
      {slash.open && <SlashMenu choices={slash.choices} at={slash.at} onChoose={slash.choose} />}
      <div id={problemId} className="grid gap-2 empty:hidden [&>*]:mx-2 [&>*:first-child]:mt-2">
        <BudgetNotice onPutAway={() => focusWithoutKeyboard(area)} />
        <ComposerProblem
          problem={problem}
          offline={!online && refused}
          over={over}
          limit={limit}
          refused={refused}
        />
      </div>
      <ImageTray images={images} chosen={settings.chosen} />
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
          onPaste={images.possible ? onPaste : undefined}
          className="block max-h-[40vh] min-w-0 flex-1 resize-none bg-transparent pt-2 pb-3 ps-4 text-base leading-relaxed outline-none"
        />
        {images.possible && <AddImages images={images} />}
        <button
          type="submit"
          data-action="send"
          aria-label={t('composer.send')}
          title={t('composer.send')}
          aria-disabled={text.trim() === '' || sending || images.busy}
          className="tap mb-1 grid size-9 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-opacity hover:bg-accent-strong aria-disabled:bg-sunken aria-disabled:text-ink-faint"
        >
          {sending ? (
            <LoaderCircle aria-hidden className="size-4.5 animate-spin" />
          ) : (
            <ArrowUp aria-hidden className="size-4.5" />
          )}
        </button>
      </div>
      <div className="flex flex-wrap items-center gap-x-0.5 px-2 pb-1.5" data-testid="composer-chips">
        <ComposerBar settings={settings} withImages={attachments.length > 0} />
        <span className="ms-auto pe-2 empty:hidden">
          <Counter length={length} limit={limit} />
        </span>
      </div>
      {/* On a phone both share one line; the way to the next prompt stays beside it. */}
      <div className="grid pb-0.5 max-sm:[&>*]:[grid-area:1/1]">
        {conversationId && <ContextLine conversationId={conversationId} empty={turns === 0} />}
        <EstimateLine
          conversationId={conversationId}
          text={over > 0 ? '' : text}
          services={settings.chosen}
          judgingPolicy={settings.judgingPolicy}
          judgeIds={settings.named.map((service) => service.id)}
          attachments={attachments}
        />
      </div>
    </form>
  );
}

/** On a touch screen the focus would bring up the keyboard over what is read. */
function focusWithoutKeyboard(area: React.RefObject<HTMLTextAreaElement | null>): void {
  if (window.matchMedia('(pointer: fine)').matches) area.current?.focus({ preventScroll: true });
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
  setAttachments: (next: (now: Attachment[]) => Attachment[]) => void,
): void {
  useEffect(() => {
    const onFill = (event: Event) => {
      const { detail } = event as CustomEvent<{ text: string; attachments: Attachment[] }>;
      setText(detail.text);
      setAttachments(() => detail.attachments);
      area.current?.focus();
    };
    window.addEventListener('quorum:fill', onFill);
    return () => window.removeEventListener('quorum:fill', onFill);
  }, [area, setText, setAttachments]);
}
