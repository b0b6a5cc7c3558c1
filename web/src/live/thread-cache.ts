import type { InfiniteData } from '@reduxjs/toolkit/query/react';
import type { Batch, Consensus, Message, MessagePage, Response } from '@/generated/api';
import type { BatchState } from './frames';

/** A conversation as cached: the newest page first, each page oldest first. */
export type Thread = InfiniteData<MessagePage, string | null>;

/** All loaded messages, oldest first. */
export function threadMessages(thread: Thread | undefined): Message[] {
  return thread ? [...thread.pages].reverse().flatMap((page) => page.items) : [];
}

export function threadSeq(thread: Thread | undefined): number {
  return thread?.pages[0]?.last_seq ?? 0;
}

export function setSeq(thread: Thread, seq: number): void {
  const newest = thread.pages[0];
  if (newest && seq > newest.last_seq) newest.last_seq = seq;
}

export function findMessage(thread: Thread, id: string): Message | undefined {
  for (const page of thread.pages) {
    const found = page.items.find((message) => message.id === id);
    if (found) return found;
  }
  return undefined;
}

export function findBatch(thread: Thread, id: string): Batch | undefined {
  for (const page of thread.pages) {
    for (const message of page.items) if (message.batch?.id === id) return message.batch;
  }
  return undefined;
}

/** Everything of a batch that has a text: its answers, and what was made of them. */
export function textsOf(batch: Batch): Response[] {
  return [...batch.responses, ...batch.consensuses.map((consensus) => consensus.response)];
}

export function findResponse(thread: Thread, batchId: string, id: string): Response | undefined {
  const batch = findBatch(thread, batchId);
  return batch && textsOf(batch).find((response) => response.id === id);
}

/** Adds a message, or brings a known one up to date without losing its answers. */
export function upsertMessage(thread: Thread, message: Message): void {
  const known = findMessage(thread, message.id);
  if (known) {
    Object.assign(known, { ...message, batch: message.batch ?? known.batch });
    return;
  }
  thread.pages[0]?.items.push(message);
}

export function mergeBatch(thread: Thread, batch: BatchState): void {
  const message = findMessage(thread, batch.message_id);
  if (!message) return;
  const { responses = [], consensuses = [] } = message.batch ?? {};
  message.batch = { ...batch, responses, consensuses };
}

export function mergeResponse(thread: Thread, response: Response): void {
  const batch = findBatch(thread, response.batch_id);
  if (!batch) return;
  const fused = batch.consensuses.find((known) => known.response.id === response.id);
  if (fused) {
    fused.response = response;
    return;
  }
  const at = batch.responses.findIndex((known) => known.id === response.id);
  if (at >= 0) {
    batch.responses[at] = response;
    return;
  }
  batch.responses.push(response);
  batch.responses.sort((a, b) => a.position - b.position);
}

/** Adds a consensus in front of the earlier ones, or brings a known one up to date. */
export function mergeConsensus(thread: Thread, consensus: Consensus): void {
  const batch = findBatch(thread, consensus.response.batch_id);
  if (!batch) return;
  const at = batch.consensuses.findIndex((known) => known.response.id === consensus.response.id);
  if (at >= 0) batch.consensuses[at] = consensus;
  else batch.consensuses.unshift(consensus);
}

export function setSelected(thread: Thread, messageId: string, responseId: string | null): void {
  const batch = findMessage(thread, messageId)?.batch;
  if (!batch) return;
  batch.selected_response_id = responseId;
  for (const response of textsOf(batch)) response.selected = response.id === responseId;
}

export function setDeleted(thread: Thread, messageId: string, ids: string[], deleted: boolean): void {
  const batch = findMessage(thread, messageId)?.batch;
  if (!batch) return;
  for (const response of textsOf(batch)) if (ids.includes(response.id)) response.deleted = deleted;
  if (!deleted) batch.pruned = false;
}

/** After "delete the others": they are gone and the turn counts as pruned. */
export function setPruned(thread: Thread, messageId: string, ids: string[]): void {
  setDeleted(thread, messageId, ids, true);
  const batch = findMessage(thread, messageId)?.batch;
  if (batch) batch.pruned = true;
}
