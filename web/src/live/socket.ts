import type { SocketStatus } from './connection-slice';

/** The part of WebSocket that is used here, so that tests can bring their own. */
export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
  close(code?: number): void;
}

export interface LiveSocketOptions {
  /** The address of the next try; asked each time, so that it can carry the latest sequence. */
  url(): string;
  onText(data: unknown): void;
  onStatus(status: SocketStatus): void;
  /** A try ended before the socket had opened; the reason is not visible to a page. */
  onRefused?(): void;
  open?: (url: string) => SocketLike;
  random?: () => number;
}

const FIRST_DELAY = 400;
const LONGEST_DELAY = 15_000;
const SLEEP_CHECK = 10_000;
const SIGNED_OUT = 4401;
const GONE = 4404;

/** Jittered, doubling, capped: between half and all of the step. */
export function backoffDelay(failures: number, random: () => number): number {
  const step = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.max(0, failures - 1));
  return Math.round(step / 2 + (random() * step) / 2);
}

/** One socket that keeps itself connected until stopped. Lives outside React. */
export class LiveSocket {
  private socket: SocketLike | null = null;
  private failures = 0;
  private opened = false;
  private stopped = true;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private sleepTimer: ReturnType<typeof setInterval> | null = null;
  private lastBeat = 0;

  constructor(private readonly options: LiveSocketOptions) {}

  start(): void {
    this.stopped = false;
    window.addEventListener('online', this.onOnline);
    window.addEventListener('offline', this.onOffline);
    document.addEventListener('visibilitychange', this.onVisible);
    this.lastBeat = Date.now();
    this.sleepTimer = setInterval(this.noticeSleep, SLEEP_CHECK);
    if (navigator.onLine) this.connect();
    else this.report('offline');
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener('online', this.onOnline);
    window.removeEventListener('offline', this.onOffline);
    document.removeEventListener('visibilitychange', this.onVisible);
    if (this.sleepTimer) clearInterval(this.sleepTimer);
    this.drop();
  }

  /** Tries at once instead of waiting for the next turn. */
  retryNow(): void {
    if (this.stopped) return;
    this.drop();
    this.connect();
  }

  private connect(): void {
    this.report('connecting');
    this.opened = false;
    const open = this.options.open ?? ((url: string) => new WebSocket(url) as unknown as SocketLike);
    const socket = open(this.options.url());
    this.socket = socket;
    socket.onopen = () => {
      this.opened = true;
      this.failures = 0;
      this.report('ready');
    };
    socket.onmessage = (event) => this.options.onText(event.data);
    socket.onclose = (event) => this.onClosed(event.code);
    socket.onerror = () => {
      // A close follows every error; it is handled there.
    };
  }

  private onClosed(code: number): void {
    this.socket = null;
    if (this.stopped) return;
    if (code === SIGNED_OUT || code === GONE) {
      this.report('closed', null, code === GONE ? 'gone' : 'signed_out');
      return;
    }
    if (!navigator.onLine) {
      this.report('offline');
      return;
    }
    this.failures += 1;
    if (!this.opened) this.options.onRefused?.();
    const delay = backoffDelay(this.failures, this.options.random ?? Math.random);
    this.report('waiting', Date.now() + delay);
    this.timer = setTimeout(() => this.connect(), delay);
  }

  private drop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close(1000);
  }

  private report(
    state: SocketStatus['state'],
    retryAt: number | null = null,
    reason: SocketStatus['reason'] = null,
  ): void {
    this.options.onStatus({ state, retryAt, failures: this.failures, reason });
  }

  private readonly onOnline = () => this.retryNow();

  private readonly onOffline = () => {
    this.drop();
    this.report('offline');
  };

  private readonly onVisible = () => {
    if (!document.hidden && this.timer) this.retryNow();
  };

  /** After a sleep the socket looks open but is dead; timers that were late tell. */
  private readonly noticeSleep = () => {
    const now = Date.now();
    const slept = now - this.lastBeat > SLEEP_CHECK * 3;
    this.lastBeat = now;
    if (slept && navigator.onLine) this.retryNow();
  };
}
