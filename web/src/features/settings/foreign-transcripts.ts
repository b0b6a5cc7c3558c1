import { z } from 'zod';
import type { Transcript, TranscriptTurn } from '@/generated/api';

const FORMAT = 'quorum.conversation';

const own = z.looseObject({ format: z.literal(FORMAT), turns: z.array(z.unknown()) });

/** A conversation of ChatGPT's conversations.json: a tree of messages, of which one path was last shown. */
const chatGpt = z.looseObject({
  title: z.string().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(
    z.string(),
    z.looseObject({
      parent: z.string().nullish(),
      message: z
        .looseObject({
          author: z.looseObject({ role: z.string() }),
          create_time: z.number().nullish(),
          content: z.looseObject({ parts: z.array(z.unknown()).nullish() }).nullish(),
          metadata: z.looseObject({ model_slug: z.string().nullish() }).nullish(),
        })
        .nullish(),
    }),
  ),
});

const webUiMessage = z.looseObject({
  parentId: z.string().nullish(),
  role: z.string(),
  content: z.string(),
  model: z.string().nullish(),
  modelName: z.string().nullish(),
  timestamp: z.number().nullish(),
});
/** A chat of Open WebUI: a tree too, in which answers of several models are siblings. */
const webUi = z.looseObject({
  title: z.string().nullish(),
  chat: z.looseObject({
    title: z.string().nullish(),
    history: z.looseObject({
      currentId: z.string().nullish(),
      messages: z.record(z.string(), webUiMessage),
    }),
  }),
});

interface Said {
  role: string;
  text: string;
  by: string;
  at: number | null;
}

/** Conversations of a file that Quorum, ChatGPT or Open WebUI exported; null for any other file. */
export function readTranscripts(file: unknown): Transcript[] | null {
  const entries = Array.isArray(file) ? file : [file];
  const read = entries.map(readOne);
  return read.some((one) => one === null)
    ? null
    : (read.filter((one) => one !== null && one.turns.length > 0) as Transcript[]);
}

function readOne(entry: unknown): Transcript | null {
  if (own.safeParse(entry).success) return entry as Transcript;
  const fromWebUi = webUi.safeParse(entry);
  if (fromWebUi.success) return ofWebUi(fromWebUi.data);
  const fromChatGpt = chatGpt.safeParse(entry);
  return fromChatGpt.success ? ofChatGpt(fromChatGpt.data) : null;
}

/** From a leaf to the root, turned around. A tree that bites its tail ends where it does. */
function pathTo<T>(
  leaf: string | undefined,
  nodes: Record<string, T>,
  parent: (node: T) => string | null | undefined,
) {
  const path: T[] = [];
  const seen = new Set<string>();
  for (let id: string | null | undefined = leaf; id && !seen.has(id); ) {
    const node: T | undefined = nodes[id];
    if (node === undefined) break;
    seen.add(id);
    path.unshift(node);
    id = parent(node);
  }
  return path;
}

function ofChatGpt(entry: z.infer<typeof chatGpt>): Transcript {
  const leaf = entry.current_node ?? Object.keys(entry.mapping).at(-1);
  const said = pathTo(leaf, entry.mapping, (node) => node.parent).flatMap(({ message }): Said[] => {
    const text = (message?.content?.parts ?? [])
      .filter((part) => typeof part === 'string')
      .join('\n')
      .trim();
    if (!message || text === '') return [];
    return [
      {
        role: message.author.role,
        text,
        by: message.metadata?.model_slug ?? 'ChatGPT',
        at: message.create_time ?? null,
      },
    ];
  });
  return transcript(entry.title, turnsOf(said));
}

function ofWebUi({ title, chat }: z.infer<typeof webUi>): Transcript {
  const { messages, currentId } = chat.history;
  const path = pathTo(currentId ?? Object.keys(messages).at(-1), messages, (node) => node.parentId);
  const turns = path.flatMap((asked): TranscriptTurn[] => {
    if (asked.role !== 'user') return [];
    const id = Object.keys(messages).find((known) => messages[known] === asked);
    const answers = Object.values(messages).filter(
      (one) => one.parentId === id && one.role === 'assistant' && one.content.trim() !== '',
    );
    return [
      {
        content: asked.content,
        created_at: momentOf(asked.timestamp ?? null),
        answers: answers.map((one) => ({
          service_name: one.modelName ?? one.model ?? 'Open WebUI',
          model: one.model ?? '',
          content: one.content,
          selected: answers.length > 1 && path.includes(one),
        })),
      },
    ];
  });
  return transcript(title ?? chat.title, turns);
}

/** Several messages of the assistant in a row are one answer. */
function turnsOf(said: Said[]): TranscriptTurn[] {
  const turns: TranscriptTurn[] = [];
  for (const one of said) {
    const last = turns.at(-1);
    if (one.role === 'user') {
      turns.push({ content: one.text, created_at: momentOf(one.at), answers: [] });
    } else if (one.role === 'assistant' && last) {
      const [answer] = last.answers ?? [];
      if (answer) answer.content += `\n\n${one.text}`;
      else last.answers = [{ service_name: one.by, model: one.by, content: one.text }];
    }
  }
  return turns;
}

function momentOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}

function transcript(title: string | null | undefined, turns: TranscriptTurn[]): Transcript {
  return { format: FORMAT, version: 1, title: title ?? '', turns };
}
