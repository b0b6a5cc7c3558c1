import { useTranslation } from 'react-i18next';
import { useConversationListInfiniteQuery, useGetInstanceQuery } from '@/app/api';
import { useDocumentTitle } from '@/app/document-title';
import { useShell } from '@/app/shell-context';
import { Composer } from '@/features/composer/composer';
import { DemoBadge } from './conversation-header';
import { fillComposer } from './fill-composer';
import { FirstSteps } from './first-steps';

/** `/`: an empty conversation; it exists once the first question is sent. */
export function NewConversationScreen() {
  const { t } = useTranslation();
  const { menuButton } = useShell();
  const demo = useGetInstanceQuery().data?.demo ?? false;
  const list = useConversationListInfiniteQuery({ archived: false });
  const known = list.data ? (list.data.pages[0]?.items.length ?? 0) > 0 : list.isError;
  useDocumentTitle('');
  return (
    <>
      <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line px-3 sm:px-6">
        {menuButton}
        <p className="text-[0.9375rem] font-semibold">{t('sidebar.new')}</p>
        {demo && <DemoBadge />}
      </header>
      <main className="flex min-h-0 flex-1 flex-col">
        <div className="min-h-0 flex-1 overflow-y-auto">
          {!list.isLoading && <FirstSteps known={known} demo={demo} onPick={fillComposer} />}
        </div>
        <div className="mx-auto w-full max-w-[76rem] px-3 pb-3 sm:px-6">
          <Composer conversation={undefined} conversationId={null} turns={0} />
        </div>
      </main>
    </>
  );
}
