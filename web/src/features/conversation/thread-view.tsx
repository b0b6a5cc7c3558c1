import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/notice';
import type { Message } from '@/generated/api';
import { ThreadScrollProvider } from './thread-scroll';
import { Turn } from './turn';
import { useStickToBottom } from './use-stick-to-bottom';

/** So many turns are drawn at once when a thread opens. */
const RECENT = 4;

export interface ThreadViewProps {
  conversationId: string;
  messages: Message[];
  hasOlder: boolean;
  /** How many turns come before the loaded ones, if that is known. */
  older: number | null;
  loadingOlder: boolean;
  loadOlder(): void;
}

/** All loaded turns; opens at its end and fetches older turns as the reader nears the top. */
export function ThreadView({
  conversationId,
  messages,
  hasOlder,
  older,
  loadingOlder,
  loadOlder,
}: ThreadViewProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const { below, toBottom, toNewestTurn, release, grew } = useStickToBottom(
    scroller,
    content,
    conversationId,
  );
  const scroll = useMemo(() => ({ release, grew }), [release, grew]);
  const lastId = messages.at(-1)?.id;
  const knownLast = useRef(lastId);

  useEffect(() => {
    if (lastId && knownLast.current && lastId !== knownLast.current) toNewestTurn();
    knownLast.current = lastId;
  }, [lastId, toNewestTurn]);

  useKeepPlace(scroller, messages[0]?.id);

  useEffect(() => {
    const mark = top.current;
    if (!mark || !hasOlder || loadingOlder) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && loadOlder(),
      { root: scroller.current, rootMargin: '600px 0px 0px 0px' },
    );
    observer.observe(mark);
    return () => observer.disconnect();
  }, [hasOlder, loadingOlder, loadOlder]);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto" data-testid="thread">
        <div
          ref={content}
          className="mx-auto max-w-[76rem] px-4 pt-4 pb-8 sm:px-6 huge:max-w-[112rem] vast:max-w-[168rem]"
        >
          <div ref={top} />
          {hasOlder && (
            <p className="hidden border-b border-line pb-3 print:block" data-testid="not-on-paper">
              {older === null ? t('thread.someNotOnPaper') : t('thread.notOnPaper', { count: older })}{' '}
              {t('thread.howToPrintAll', { menu: t('header.menu'), print: t('header.print') })}
            </p>
          )}
          {loadingOlder && (
            <div className="grid gap-2 py-4" role="status">
              <span className="sr-only">{t('thread.loadingOlder')}</span>
              <Skeleton className="h-5 w-1/2" />
              <Skeleton className="h-24" />
            </div>
          )}
          <ThreadScrollProvider value={scroll}>
            {messages.map((message, index) => (
              <Turn
                key={message.id}
                message={message}
                last={index === messages.length - 1}
                recent={index >= messages.length - RECENT}
              />
            ))}
          </ThreadScrollProvider>
        </div>
      </div>
      {below !== 'nothing' && (
        // A strip of its own: nothing of an answer, and no control of a card, lies under it.
        <div className="flex shrink-0 justify-center py-1" data-testid="below">
          <Button
            look={below === 'news' ? 'primary' : 'secondary'}
            onClick={toBottom}
            icon={<ArrowDown aria-hidden className="size-4" />}
            className="rise rounded-full! whitespace-nowrap"
          >
            {t(below === 'news' ? 'thread.newBelow' : 'thread.toEnd')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Keeps what the reader sees in place when older turns are put in above it. */
function useKeepPlace(scroller: React.RefObject<HTMLElement | null>, firstId: string | undefined): void {
  const before = useRef({ firstId, height: 0, top: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const known = before.current;
    if (known.firstId && firstId !== known.firstId && known.height > 0) {
      element.scrollTop = known.top + (element.scrollHeight - known.height);
    }
    before.current = { firstId, height: element.scrollHeight, top: element.scrollTop };
  });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      before.current.top = element.scrollTop;
      before.current.height = element.scrollHeight;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller]);
}
