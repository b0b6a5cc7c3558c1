import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/notice';
import type { Instance, Session } from '@/generated/api';
import { useGetInstanceQuery, useGetSessionQuery } from './api';
import { hearOtherTabs } from './other-tabs';
import { problemOf, problemText } from './problem';
import { sessionLost } from './session-slice';
import { useAppDispatch, useAppSelector } from './store';

const LeavingScreen = lazy(async () => ({
  default: (await import('@/features/account/leaving-screen')).LeavingScreen,
}));

type Gate =
  | { state: 'loading' }
  | { state: 'unreachable'; why: string; again(): void }
  | { state: 'setup'; instance: Instance }
  | { state: 'signed_out'; instance: Instance; expired: boolean }
  | { state: 'in'; instance: Instance; session: Session };

/** Where this browser stands: set up at all, signed in, or neither. */
export function useGate(): Gate {
  const instance = useGetInstanceQuery();
  const session = useGetSessionQuery();
  const lost = useAppSelector((state) => state.session.lost);
  const closed = useAppSelector((state) => state.session.closed);
  const dispatch = useAppDispatch();
  const { refetch } = session;

  useEffect(
    () =>
      hearOtherTabs((message) => {
        if (message === 'signed-out') dispatch(sessionLost());
        else void refetch();
      }),
    [dispatch, refetch],
  );

  useEffect(() => {
    if (closed) void refetch();
  }, [closed, refetch]);

  const again = () => {
    void instance.refetch();
    void session.refetch();
  };
  if (instance.error && !instance.data)
    return { state: 'unreachable', why: problemText(instance.error), again };
  if (!instance.data) return { state: 'loading' };
  if (instance.data.needs_setup) return { state: 'setup', instance: instance.data };
  if (lost) return { state: 'signed_out', instance: instance.data, expired: true };
  if (session.data && !session.error) return { state: 'in', instance: instance.data, session: session.data };
  if (session.error && problemOf(session.error)?.status === 401) {
    return { state: 'signed_out', instance: instance.data, expired: false };
  }
  if (session.error) return { state: 'unreachable', why: problemText(session.error), again };
  return { state: 'loading' };
}

export function RequireSession() {
  const gate = useGate();
  const { pathname, search } = useLocation();
  if (gate.state === 'loading') return <Loading />;
  if (gate.state === 'unreachable') return <Unreachable why={gate.why} again={gate.again} />;
  if (gate.state === 'setup') return <Navigate to="/setup" replace />;
  if (gate.state === 'signed_out') {
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${next}`} replace state={{ expired: gate.expired }} />;
  }
  const day = gate.session.user.leaving_at;
  if (day) {
    return (
      <Suspense fallback={<Loading />}>
        <LeavingScreen day={day} />
      </Suspense>
    );
  }
  return <Outlet />;
}

export function RequireSetup() {
  const gate = useGate();
  if (gate.state === 'loading') return <Loading />;
  if (gate.state === 'unreachable') return <Unreachable why={gate.why} again={gate.again} />;
  return gate.state === 'setup' ? <Outlet /> : <Navigate to="/" replace />;
}

export function RequireSignedOut() {
  const gate = useGate();
  const { search } = useLocation();
  if (gate.state === 'loading') return <Loading />;
  if (gate.state === 'unreachable') return <Unreachable why={gate.why} again={gate.again} />;
  if (gate.state === 'setup') return <Navigate to="/setup" replace />;
  return gate.state === 'in' ? <Navigate to={safeNext(search)} replace /> : <Outlet />;
}

/** Only paths of this page are followed after signing in. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}

/** The signed-in user's session; only used below `RequireSession`. */
export function useSession(): Session | undefined {
  return useGetSessionQuery().data;
}

export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="grid h-full place-items-center" role="status">
      <span className="sr-only">{t('common.loading')}</span>
      <div className="grid w-56 gap-3">
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4" />
        <Skeleton className="h-4 w-4/5" />
      </div>
    </div>
  );
}

function Unreachable({ why, again }: { why: string; again(): void }) {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="grid max-w-md justify-items-start gap-4">
        <h1 className="font-serif text-2xl">{t('gate.unreachable')}</h1>
        <p className="text-ink-soft">{why}</p>
        <Button look="primary" size="normal" onClick={again}>
          {t('common.tryAgain')}
        </Button>
      </div>
    </main>
  );
}
