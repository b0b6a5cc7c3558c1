const OPENED = /^\s*<(think|thinking)>/i;
const TAGS = ['<think>', '<thinking>'];

export interface Split {
  /** What the model thought before it answered; null where it shows nothing of it. */
  reasoning: string | null;
  answer: string;
  /** It has not come to its answer yet. */
  thinking: boolean;
}

/** Models that run locally write their reasoning into the answer, between tags, before anything else. */
export function splitReasoning(text: string, streaming: boolean): Split {
  const opened = OPENED.exec(text);
  if (!opened) {
    const start = text.trimStart().toLowerCase();
    const coming = streaming && start !== '' && TAGS.some((tag) => tag.startsWith(start));
    return { reasoning: coming ? '' : null, answer: coming ? '' : text, thinking: coming };
  }
  const rest = text.slice(opened[0].length);
  const close = `</${opened[1]?.toLowerCase()}>`;
  const end = rest.toLowerCase().indexOf(close);
  if (end < 0) return { reasoning: rest, answer: '', thinking: streaming };
  return {
    reasoning: rest.slice(0, end).trim() || null,
    answer: rest.slice(end + close.length).trimStart(),
    thinking: false,
  };
}
