import { api } from '@/app/api';
import { hideConversation, showConversation } from '@/app/conversation-cache';
import { sessionLost } from '@/app/session-slice';
import type { AppStore } from '@/app/store';
import type { Response } from '@/generated/api';
import { announceEvent } from './announce-event';
import { applyEvent, touchesContext } from './apply-event';
import { connectionChanged, connectionIdle, type SocketStatus } from './connection-slice';
import { DeltaBuffer, type WholeText } from './delta-buffer';
import { isStored, type LiveFrame, readFrame, type StoredEvent } from './frames';
import { LiveSocket, type SocketLike } from './socket';
import { textsChanged, textsCleared } from './texts-slice';
import { thoughtsChanged, thoughtsCleared } from './thoughts-slice';
import { type Thread, threadSeq } from './thread-cache';

const RESYNC_PAUSE = 2_000;

/** Same host as the page, ws or wss to match it. */
export function socketUrl(path: string): string {
  const { protocol, host } = window.location;
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${path}`;
}

/** Keeps one open conversation's cache in step with the server. */
export class ConversationSession {
  private readonly socket: LiveSocket;
  private readonly deltas: DeltaBuffer;
  private readonly thoughts: DeltaBuffer;
  private held: StoredEvent[] | null = null;
  private stopped = false;

  constructor(
    private readonly store: AppStore,
    private readonly conversationId: string,
    open?: (url: string) => SocketLike,
  ) {
    this.deltas = new DeltaBuffer({
      publish: (changes) => store.dispatch(textsChanged(changes)),
      fetchWhole: (id) => this.fetchWhole(id, (response) => response.expanded_content),
    });
    this.thoughts = new DeltaBuffer({
      publish: (changes) => store.dispatch(thoughtsChanged(changes)),
      fetchWhole: (id) => this.fetchWhole(id, (response) => response.thoughts),
    });
    this.socket = new LiveSocket({
      url: () => socketUrl(`/ws/conversation/${conversationId}?after=${threadSeq(this.thread())}`),
      onText: (data) => this.onText(data),
      onStatus: (status) => this.onStatus(status),
      onRefused: () => void this.checkSession(),
      open,
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.stopped = true;
    this.socket.stop();
    this.deltas.stop();
    this.thoughts.stop();
    this.store.dispatch(textsCleared());
    this.store.dispatch(thoughtsCleared());
    this.store.dispatch(connectionIdle());
  }

  retryNow(): void {
    this.socket.retryNow();
  }

  private thread(): Thread | undefined {
    return api.endpoints.thread.select(this.conversationId)(this.store.getState()).data;
  }

  private onStatus(status: SocketStatus): void {
    if (status.reason === 'gone') {
      void this.lookWhetherGone(status);
      return;
    }
    this.store.dispatch(connectionChanged(status));
    if (status.reason === 'signed_out') this.store.dispatch(sessionLost());
  }

  /** The deletion that the server replayed may have been taken back since. */
  private async lookWhetherGone(status: SocketStatus): Promise<void> {
    const { dispatch } = this.store;
    const { data, error } = await dispatch(
      api.endpoints.getConversation.initiate(
        { id: this.conversationId },
        { forceRefetch: true, subscribe: false },
      ),
    );
    if (this.stopped) return;
    if (error || !data || data.deleted) {
      dispatch(connectionChanged(status));
      return;
    }
    dispatch(showConversation(data));
    if ((await this.resync()) && !this.stopped) this.socket.retryNow();
  }

  private onText(data: unknown): void {
    const frame = readFrame<LiveFrame>(data);
    if (!frame) return;
    if (frame.type === 'response_delta') this.deltas.push(frame);
    else if (frame.type === 'thoughts_delta') this.thoughts.push(frame);
    else if (frame.type === 'resync') void this.resync();
    else if (isStored(frame)) this.onEvent(frame);
  }

  private onEvent(event: StoredEvent): void {
    if (this.held) {
      this.held.push(event);
      return;
    }
    const thread = this.thread();
    const seq = threadSeq(thread);
    if (!thread || event.seq <= seq) return;
    if (event.seq > seq + 1) {
      this.held = [event];
      void this.resync();
      return;
    }
    announceEvent(thread, event);
    this.store.dispatch(
      api.util.updateQueryData('thread', this.conversationId, (draft) => applyEvent(draft, event)),
    );
    this.afterEvent(event);
  }

  private afterEvent(event: StoredEvent): void {
    const { dispatch } = this.store;
    if (touchesContext(event)) {
      dispatch(api.util.invalidateTags([{ type: 'Context', id: this.conversationId }]));
    }
    if (event.type === 'batch_complete') dispatch(api.util.invalidateTags(['Budgets']));
    if (event.type === 'conversation_updated') dispatch(showConversation(event.conversation));
    if (event.type === 'conversation_deleted') dispatch(hideConversation(this.conversationId));
    if (event.type === 'batch_update') {
      dispatch(api.util.invalidateTags([{ type: 'Ballots', id: event.batch.id }]));
    }
  }

  /** The server can no longer replay, or an event was missed: read the thread anew, then go on. Says whether it was read. */
  private async resync(): Promise<boolean> {
    this.held ??= [];
    const reading = this.store.dispatch(
      api.endpoints.thread.initiate(this.conversationId, { forceRefetch: true }),
    );
    const { isError } = await reading;
    reading.unsubscribe();
    const waiting = this.held ?? [];
    this.held = null;
    if (this.stopped) return false;
    if (isError) {
      setTimeout(() => this.stopped || this.socket.retryNow(), RESYNC_PAUSE);
      return false;
    }
    const seq = threadSeq(this.thread());
    for (const event of waiting) if (event.seq > seq) this.onEvent(event);
    return true;
  }

  private async fetchWhole(
    id: string,
    wanted: (response: Response) => string | null | undefined,
  ): Promise<WholeText> {
    const reading = this.store.dispatch(
      api.endpoints.getResponse.initiate({ id }, { forceRefetch: true, subscribe: false }),
    );
    const response = await reading.unwrap();
    return { attempt: response.attempt, text: wanted(response) ?? '' };
  }

  private async checkSession(): Promise<void> {
    const result = await this.store.dispatch(
      api.endpoints.getSession.initiate(undefined, { forceRefetch: true, subscribe: false }),
    );
    const status = (result.error as { status?: number } | undefined)?.status;
    if (status === 401) this.store.dispatch(sessionLost());
  }
}
