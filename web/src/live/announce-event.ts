import { formatScore } from '@/app/format';
import type { Batch, Response } from '@/generated/api';
import { i18n } from '@/i18n';
import { announce } from './announcer';
import { signalNews } from './favicon';
import type { StoredEvent } from './frames';
import { findBatch, findResponse, type Thread, textsOf } from './thread-cache';

/** Says what an event means to a reader who cannot see the cards; `thread` is the state before it. */
export function announceEvent(thread: Thread, event: StoredEvent): void {
  const text = sentenceFor(thread, event);
  if (text) announce(text);
}

function sentenceFor(thread: Thread, event: StoredEvent): string | null {
  switch (event.type) {
    case 'response_update': {
      const before = findResponse(thread, event.response.batch_id, event.response.id);
      return responseSentence(before, event.response);
    }
    case 'consensus_update': {
      const { response } = event.consensus;
      const before = findResponse(thread, response.batch_id, response.id);
      return before?.stage === response.stage ? null : consensusSentence(response);
    }
    case 'batch_update': {
      const before = findBatch(thread, event.batch.id);
      if (event.batch.status !== 'COMPLETED' || before?.status === 'COMPLETED' || !before) return null;
      signalNews();
      return rankingSentence(before);
    }
    case 'responses_pruned':
      return i18n.t('announce.pruned', { count: event.response_ids.length });
    case 'responses_restored':
      return i18n.t('announce.restored', { count: event.response_ids.length });
    case 'response_selected': {
      const names = thread.pages.flatMap((page) =>
        page.items.flatMap((item) => (item.batch ? textsOf(item.batch) : [])),
      );
      const chosen = names.find((response) => response.id === event.response_id);
      if (chosen?.role === 'consensus') return i18n.t('announce.consensusSelected');
      return chosen
        ? i18n.t('announce.selected', { name: chosen.service_name })
        : i18n.t('announce.deselected');
    }
    default:
      return null;
  }
}

function responseSentence(before: Response | undefined, after: Response): string | null {
  if (before?.stage === after.stage) return null;
  const name = after.service_name;
  switch (after.stage) {
    case 'streaming':
      return i18n.t('announce.started', { name });
    case 'answered':
      signalNews();
      return i18n.t('announce.finished', { name });
    case 'failed':
      return i18n.t('announce.failed', { name, reason: after.error?.message ?? '' });
    case 'refused':
      return i18n.t('announce.refused', { name });
    case 'cancelled':
      return i18n.t('announce.cancelled', { name });
    default:
      return null;
  }
}

function consensusSentence(response: Response): string | null {
  const name = response.service_name;
  switch (response.stage) {
    case 'queued':
    case 'streaming':
      return i18n.t(`announce.consensus.${response.stage}`, { name });
    case 'answered':
      signalNews();
      return i18n.t('announce.consensus.answered', { name });
    case 'failed':
      return i18n.t('announce.consensus.failed', { reason: response.error?.message ?? '' });
    case 'cancelled':
      return i18n.t('announce.consensus.cancelled');
    default:
      return null;
  }
}

function rankingSentence(batch: Batch): string | null {
  const ranked = batch.responses
    .filter((response) => response.rank != null && !response.deleted)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  if (ranked.length < 2) return null;
  const list = ranked
    .map((response) =>
      response.ranking_score == null
        ? response.service_name
        : `${response.service_name} ${formatScore(response.ranking_score)}`,
    )
    .join(', ');
  return i18n.t('announce.ranked', { list });
}
