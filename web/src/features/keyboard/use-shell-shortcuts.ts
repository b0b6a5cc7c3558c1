import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { runUndo } from '@/app/undo';
import { hasModifier, isTyping } from './typing';

export interface ShellShortcuts {
  openPalette(): void;
  openMap(): void;
}

function step(direction: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-conversation-link]')];
  const at = links.findIndex((link) => link.getAttribute('aria-current') === 'page');
  links[at < 0 ? 0 : at + direction]?.click();
}

/** Keys that work on every signed-in screen. */
export function useShellShortcuts({ openPalette, openMap }: ShellShortcuts): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      if (command && event.shiftKey && event.key.toLowerCase() === 'o') {
        event.preventDefault();
        navigate('/');
        return;
      }
      if (hasModifier(event) || isTyping(event)) return;
      if (event.key === '?') openMap();
      else if (event.key === '[') step(-1);
      else if (event.key === ']') step(1);
      else if (event.key === 'u') runUndo();
      else if (event.key === '/') document.querySelector<HTMLTextAreaElement>('[data-composer]')?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, openPalette, openMap]);
}
