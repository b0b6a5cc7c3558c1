import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';

const BallotsDrawer = lazy(() => import('@/features/ballots/ballots-drawer'));
const ComparePanel = lazy(() => import('@/features/compare/compare-panel'));
const PreviewDrawer = lazy(() => import('@/features/preview/preview-drawer'));

const KEYS = ['panel', 'batch', 'pair', 'consensus'];

/** Drawers live in the address, so that back closes them and a link opens them. */
export function Panels({ conversationId }: { conversationId: string }) {
  const [params, setParams] = useSearchParams();
  const panel = params.get('panel');
  const batch = params.get('batch');
  const replace = (change: (next: URLSearchParams) => void) =>
    setParams(
      (next) => {
        change(next);
        return next;
      },
      { replace: true },
    );
  const close = () =>
    replace((next) => {
      for (const key of KEYS) next.delete(key);
    });
  return (
    <Suspense fallback={null}>
      {panel === 'preview' && <PreviewDrawer conversationId={conversationId} onClose={close} />}
      {panel === 'ballots' && batch && (
        <BallotsDrawer
          conversationId={conversationId}
          batchId={batch}
          consensusId={params.get('consensus')}
          onClose={close}
        />
      )}
      {panel === 'compare' && batch && (
        <ComparePanel
          conversationId={conversationId}
          batchId={batch}
          pair={(params.get('pair') ?? '').split('~')}
          onPair={(pair) => replace((next) => next.set('pair', pair.join('~')))}
          onClose={close}
        />
      )}
    </Suspense>
  );
}
