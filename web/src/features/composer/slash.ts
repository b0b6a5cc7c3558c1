/** What a slash at the beginning of the text may mean. */
export type SlashChoice =
  | { kind: 'prompt'; name: string; content: string }
  | { kind: 'command'; name: SlashCommand };

export const slashCommands = ['new', 'prompts', 'find', 'keys'] as const;
export type SlashCommand = (typeof slashCommands)[number];

/** The name that is being typed after a slash, or null: a slash means something only at the beginning. */
export function slashWord(text: string): string | null {
  return /^\/([\p{L}\p{N}_-]*)$/u.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** Prompts first, then commands; names that begin so before names that contain it. */
export function slashChoices(word: string, prompts: { name: string; content: string }[]): SlashChoice[] {
  const all: SlashChoice[] = [
    ...prompts.map((prompt): SlashChoice => ({ kind: 'prompt', name: prompt.name, content: prompt.content })),
    ...slashCommands.map((name): SlashChoice => ({ kind: 'command', name })),
  ];
  const begins = all.filter((choice) => choice.name.toLowerCase().startsWith(word));
  const contains = all.filter((choice) => choice.name.toLowerCase().indexOf(word) > 0);
  return [...begins, ...contains].slice(0, 12);
}
