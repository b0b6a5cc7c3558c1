import { type KeyboardEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { useListPromptsQuery } from '@/app/api';
import { useShell } from '@/app/shell-context';
import { type SlashChoice, slashChoices, slashWord } from './slash';
import { SLASH_LIST, slashOption } from './slash-menu';

/** The menu that a slash opens: what it offers, which line is marked, and what the keys do. */
export function useSlash(text: string, setText: (text: string) => void) {
  const word = slashWord(text);
  const prompts = useListPromptsQuery(undefined, { skip: word === null }).data?.items ?? [];
  const navigate = useNavigate();
  const { openPalette, openShortcuts } = useShell();
  const [marked, setMarked] = useState({ word: '', at: 0 });
  const [closed, setClosed] = useState<string | null>(null);
  const choices = word === null || closed === text ? [] : slashChoices(word, prompts);
  const at = marked.word === word ? Math.min(marked.at, choices.length - 1) : 0;

  const choose = (choice: SlashChoice) => {
    if (choice.kind === 'prompt') return setText(choice.content);
    setText('');
    const acts = {
      new: () => navigate('/'),
      prompts: () => navigate('/settings/prompts'),
      find: openPalette,
      keys: openShortcuts,
    };
    void acts[choice.name]();
  };
  /** Whether the key was for the menu. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const choice = choices[at];
    if (!choice || event.nativeEvent.isComposing) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : choices.length - 1;
      setMarked({ word: word ?? '', at: (at + step) % choices.length });
    } else if (event.key === 'Escape') {
      setClosed(text);
    } else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
      choose(choice);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  };
  const open = choices.length > 0;
  return {
    open,
    choices,
    at,
    choose,
    onKeyDown,
    attributes: open
      ? {
          'aria-autocomplete': 'list' as const,
          'aria-controls': SLASH_LIST,
          'aria-activedescendant': slashOption(at),
        }
      : {},
  };
}
