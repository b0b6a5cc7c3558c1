import { useCallback } from 'react';
import { api } from '@/app/api';
import { tellOtherTabs } from '@/app/other-tabs';
import { tokenReceived } from '@/app/session-slice';
import { useAppDispatch } from '@/app/store';
import type { Session } from '@/generated/api';

/** Starts a session in this tab: nothing of a former one stays cached, other tabs are told. */
export function useEnter(): (session: Session) => Promise<void> {
  const dispatch = useAppDispatch();
  return useCallback(
    async (session) => {
      dispatch(api.util.resetApiState());
      dispatch(tokenReceived(session.csrf_token));
      await dispatch(api.util.upsertQueryData('getSession', undefined, session));
      await dispatch(api.endpoints.getInstance.initiate(undefined, { forceRefetch: true }));
      tellOtherTabs('signed-in');
    },
    [dispatch],
  );
}
