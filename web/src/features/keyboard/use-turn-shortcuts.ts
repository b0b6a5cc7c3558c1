import { useEffect } from 'react';
import { hasModifier, isTyping } from './typing';

const cardActions: Record<string, string> = { e: 'expand', s: 'select', r: 'retry', '.': 'stop' };
const turnActions: Record<string, string> = {
  d: 'prune',
  c: 'consensus',
  r: 'retry-failed',
  '.': 'stop-all',
};

function press(scope: Element | null | undefined, action: string): boolean {
  const button = scope?.querySelector<HTMLButtonElement>(`[data-action="${action}"]:not(:disabled)`);
  button?.click();
  return button !== null && button !== undefined;
}

/** Every key presses the visible control it stands for, so it can do nothing that is not allowed. */
export function actOnKey(key: string): boolean {
  const focused = document.activeElement;
  const turns = document.querySelectorAll('[data-turn]');
  const turn = focused?.closest('[data-turn]') ?? turns[turns.length - 1];
  if (!turn) return false;
  if (/^[1-8]$/.test(key)) {
    const card = turn.querySelectorAll<HTMLElement>('[data-card]')[Number(key) - 1];
    card?.focus();
    card?.scrollIntoView({ block: 'nearest' });
    return card !== undefined;
  }
  const card = focused?.closest('[data-card]') ?? turn.querySelector('[data-card]');
  const cardAction = cardActions[key];
  if (cardAction && press(card, cardAction)) return true;
  const turnAction = turnActions[key];
  return turnAction !== undefined && press(turn, turnAction);
}

/** Keys of the conversation screen; see the map under `?`. */
export function useTurnShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (hasModifier(event) || isTyping(event)) return;
      if (event.key === 'f' ? press(document.body, 'find') : actOnKey(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
