import { useEffect, useMemo, useState } from 'react';
import { useSearchQuery } from '@/app/api';
import type { Message } from '@/generated/api';
import { textsOf } from '@/live/thread-cache';
import { placesOf } from '@/text/find-in';

/** As many as one search may bring. */
const MOST = 100;
const MIN_LENGTH = 2;
/** Typing on starts no search of its own. */
const PAUSE = 200;

export interface Found {
  /** The turns that have the words, oldest first. */
  turns: string[];
  /** True while earlier turns are still being read. */
  reading: boolean;
}

function says(message: Message, query: string): boolean {
  const answers = (message.batch ? textsOf(message.batch) : []).filter((response) => !response.deleted);
  const texts = [message.content, ...answers.flatMap(({ summary, reasoning }) => [summary, reasoning])];
  return texts.some((text) => text && placesOf(text, query).length > 0);
}

/** The value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export interface FindOptions {
  conversationId: string;
  messages: Message[];
  query: string;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder(): void;
}

/** Finds turns by what is on their cards, and by the whole answers, which the server knows. */
export function useFind(options: FindOptions): Found {
  const { conversationId, messages, query, hasOlder, loadingOlder, loadOlder } = options;
  const wanted = useSettled(query.trim());
  const active = wanted.length >= MIN_LENGTH;
  const { currentData } = useSearchQuery({ q: wanted, limit: MOST }, { skip: !active });

  useEffect(() => {
    if (active && hasOlder && !loadingOlder) loadOlder();
  }, [active, hasOlder, loadingOlder, loadOlder]);

  const turns = useMemo(() => {
    if (!active) return [];
    const here = currentData?.items.filter((hit) => hit.conversation_id === conversationId) ?? [];
    const known = new Set(here.map((hit) => hit.message_id));
    return messages.filter((message) => known.has(message.id) || says(message, wanted)).map(({ id }) => id);
  }, [active, currentData, conversationId, messages, wanted]);
  return { turns, reading: active && hasOlder };
}
