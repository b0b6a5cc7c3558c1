import { lazy, Suspense, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useGetConversationQuery, useGetInstanceQuery, useThreadInfiniteQuery } from '@/app/api';
import { useDocumentTitle } from '@/app/document-title';
import { NotFound } from '@/app/not-found';
import { problemOf } from '@/app/problem';
import { useAppSelector } from '@/app/store';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import { Composer } from '@/features/composer/composer';
import { useTurnShortcuts } from '@/features/keyboard/use-turn-shortcuts';
import { threadMessages } from '@/live/thread-cache';
import { useLiveConversation } from '@/live/use-live-conversation';
import { ConversationHeader } from './conversation-header';
import { fillComposer } from './fill-composer';
import { FirstSteps } from './first-steps';
import { Panels } from './panels';
import { printConversation } from './print-conversation';
import { PruneBar } from './prune-bar';
import { ThreadView } from './thread-view';
import { type FindInAddress, useFindInAddress } from './use-find-in-address';

const FindBar = lazy(() => import('@/features/find/find-bar'));

/** `/c/{id}`: a conversation, live. */
export function ConversationScreen() {
  const { conversationId = '' } = useParams();
  return <OpenConversation key={conversationId} id={conversationId} />;
}

function OpenConversation({ id }: { id: string }) {
  const conversation = useGetConversationQuery({ id });
  const thread = useThreadInfiniteQuery(id);
  const gone = useAppSelector((state) => state.connection.reason === 'gone');
  const demo = useGetInstanceQuery().data?.demo ?? false;
  useLiveConversation(id, thread.data !== undefined);
  useTurnShortcuts();
  const find = useFindInAddress();
  useDocumentTitle(conversation.data?.title ?? '');

  const missing = [conversation.error, thread.error].some((error) => {
    const status = problemOf(error)?.status;
    return status === 404 || status === 422 || status === 400;
  });
  if (gone || (missing && !thread.data)) return <NotFound what="conversation" />;
  return (
    <>
      <ConversationHeader
        conversation={conversation.data}
        demo={demo}
        finding={find.words !== null}
        onFind={find.words === null ? find.open : find.close}
        onPrint={() => void printConversation(thread)}
      />
      <ThreadArea id={id} thread={thread} find={find} demo={demo} />
      <Panels conversationId={id} />
    </>
  );
}

interface ThreadAreaProps {
  id: string;
  thread: ReturnType<typeof useThreadInfiniteQuery>;
  find: FindInAddress;
  demo: boolean;
}

function ThreadArea({ id, thread, find, demo }: ThreadAreaProps) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = thread;
  const messages = useMemo(() => threadMessages(data), [data]);
  const conversation = useGetConversationQuery({ id }).data;
  const loadOlder = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const older = (conversation?.message_count ?? 0) - messages.length;

  return (
    <main className="flex min-h-0 flex-1 flex-col">
      {find.words !== null && (
        <Suspense fallback={null}>
          <FindBar
            initial={find.words}
            onClose={find.close}
            conversationId={id}
            messages={messages}
            hasOlder={hasNextPage}
            loadingOlder={isFetchingNextPage}
            loadOlder={loadOlder}
          />
        </Suspense>
      )}
      {data === undefined && error ? (
        <div className="flex-1 p-6">
          <LoadProblem error={error} retry={refetch} />
        </div>
      ) : data === undefined ? (
        <ThreadSkeleton />
      ) : messages.length === 0 ? (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <FirstSteps known demo={demo} onPick={fillComposer} />
        </div>
      ) : (
        <ThreadView
          conversationId={id}
          messages={messages}
          hasOlder={hasNextPage}
          older={older > 0 ? older : null}
          loadingOlder={isFetchingNextPage}
          loadOlder={loadOlder}
        />
      )}
      <div className="mx-auto grid w-full max-w-[76rem] grid-cols-1 gap-2 px-3 pb-3 sm:px-6">
        <PruneBar />
        <Composer conversation={conversation} conversationId={id} turns={messages.length} />
      </div>
    </main>
  );
}

function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div
      className="mx-auto grid w-full max-w-[76rem] flex-1 content-start gap-5 px-4 pt-8 sm:px-6"
      role="status"
    >
      <span className="sr-only">{t('common.loading')}</span>
      <Skeleton className="h-7 w-2/3" />
      <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        <Skeleton className="h-72 rounded-xl" />
        <Skeleton className="h-72 rounded-xl max-md:hidden" />
        <Skeleton className="h-72 rounded-xl max-xl:hidden" />
      </div>
    </div>
  );
}
