/** Marks the tab's icon when something arrives while the reader is elsewhere; looking clears it. */
export function signalNews(): void {
  if (!document.hidden) return;
  setIcon('/favicon-new.svg');
  document.addEventListener('visibilitychange', clearOnReturn);
}

function clearOnReturn(): void {
  if (document.hidden) return;
  setIcon('/favicon.svg');
  document.removeEventListener('visibilitychange', clearOnReturn);
}

function setIcon(href: string): void {
  document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.setAttribute('href', href);
}
