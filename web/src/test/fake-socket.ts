import type { SocketLike } from '@/live/socket';

/** A WebSocket that the test opens, feeds and closes by hand. */
export class FakeSocket implements SocketLike {
  static all: FakeSocket[] = [];

  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  closedWith: number | undefined;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  static latest(path = ''): FakeSocket {
    const found = FakeSocket.all.filter((socket) => socket.url.includes(path)).at(-1);
    if (!found) throw new Error(`No socket was opened to ${path}`);
    return found;
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  opens(): this {
    this.onopen?.(undefined as never);
    return this;
  }

  says(...frames: object[]): this {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
    return this;
  }

  drops(code = 1006): void {
    this.onclose?.({ code });
  }
}
