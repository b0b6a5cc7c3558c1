import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import { toast } from 'sonner';
import { api, useGetInstanceQuery, useListServicesQuery, useUpdateConversationMutation } from '@/app/api';
import { showConversation } from '@/app/conversation-cache';
import { problemText } from '@/app/problem';
import { useAppDispatch } from '@/app/store';
import type { ContextMode, Conversation, ConversationDraft, JudgingPolicy, Service } from '@/generated/api';

export interface ConversationSettings {
  /** Services that can be asked. */
  available: Service[];
  loading: boolean;
  /** Those that will be asked; the first of the available ones while nothing is chosen. */
  chosen: Service[];
  /** So many may be asked at once. */
  most: number;
  contextMode: ContextMode;
  judgingPolicy: JudgingPolicy;
  /** Services that can judge for this user. */
  judges: Service[];
  /** Those of them that are named; nobody where the best one decides. */
  named: Service[];
  systemPrompt: string;
  /** What a new conversation is made with. */
  draft: ConversationDraft;
  change(patch: ConversationDraft): Promise<unknown>;
  toggleService(id: string): void;
  toggleJudge(id: string): void;
}

/** The services that another screen sends along to a new conversation. */
function proposedServices(state: unknown): ConversationDraft {
  const ids = (state as { service_ids?: unknown } | null)?.service_ids;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string') ? { service_ids: ids } : {};
}

/** A conversation's settings; kept here until the conversation exists, on the server from then on. */
export function useConversationSettings(
  conversation: Conversation | undefined,
  conversationId: string | null,
): ConversationSettings {
  const dispatch = useAppDispatch();
  const { data: services, isLoading } = useListServicesQuery();
  const most = useGetInstanceQuery().data?.limits.services_per_message ?? Number.POSITIVE_INFINITY;
  const [update] = useUpdateConversationMutation();
  const proposed = useLocation().state as unknown;
  const [draft, setDraft] = useState<ConversationDraft>(() => proposedServices(proposed));
  const source: ConversationDraft = conversation ?? draft;

  const change = useCallback(
    async (patch: ConversationDraft) => {
      if (!conversationId) {
        setDraft((known) => ({ ...known, ...patch }));
        return;
      }
      const shown = dispatch(
        api.util.updateQueryData('getConversation', { id: conversationId }, (known) => {
          Object.assign(known, patch);
        }),
      );
      try {
        const changed = await update({ id: conversationId, conversationChanges: patch }).unwrap();
        dispatch(showConversation(changed));
      } catch (error) {
        shown.undo();
        toast.error(problemText(error));
        throw error;
      }
    },
    [conversationId, dispatch, update],
  );

  return useMemo(() => {
    const available = (services?.items ?? []).filter((service) => service.active && service.contestant);
    const ids = source.service_ids ?? [];
    const judges = (services?.items ?? []).filter(
      (service) => service.active && service.judge && service.key !== 'missing',
    );
    const named = judges.filter((service) => source.judge_ids?.includes(service.id));
    const quietly = (patch: ConversationDraft) => {
      change(patch).catch(() => {
        // Already shown as a notice and taken back.
      });
    };
    const chosen =
      ids.length === 0 ? available.slice(0, most) : available.filter((service) => ids.includes(service.id));
    return {
      available,
      loading: isLoading,
      chosen,
      most,
      contextMode: source.context_mode ?? 'shared',
      judgingPolicy: source.judging_policy ?? 'cascade',
      judges,
      named,
      systemPrompt: source.system_prompt ?? '',
      draft,
      change,
      toggleService: (id) => {
        const now = chosen.map((service) => service.id);
        const next = now.includes(id) ? now.filter((known) => known !== id) : [...now, id];
        if (next.length === 0 || next.length > most) return;
        const all = next.length === available.length;
        quietly({
          service_ids: all ? [] : available.map((s) => s.id).filter((known) => next.includes(known)),
        });
      },
      toggleJudge: (id) => {
        const now = named.map((service) => service.id);
        const next = now.includes(id) ? now.filter((known) => known !== id) : [...now, id];
        // Once somebody is named, somebody stays named.
        if (next.length > 0) quietly({ judge_ids: next });
      },
    };
  }, [services, source, draft, change, isLoading, most]);
}
