/** `changed`: the account itself has, such as its name or that it was closed. */
type TabMessage = 'signed-out' | 'signed-in' | 'changed';

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('quorum-session');

/** Tells the other tabs of this browser that somebody signed in or out, or changed the account. */
export function tellOtherTabs(message: TabMessage): void {
  channel?.postMessage(message);
}

export function hearOtherTabs(listener: (message: TabMessage) => void): () => void {
  const onMessage = (event: MessageEvent<TabMessage>) => listener(event.data);
  channel?.addEventListener('message', onMessage);
  return () => channel?.removeEventListener('message', onMessage);
}
