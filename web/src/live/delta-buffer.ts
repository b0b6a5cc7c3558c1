import { type KnownText, mergeDelta } from './delta-merge';
import type { TextPiece } from './frames';
import type { TextChange } from './texts-slice';

export interface WholeText {
  attempt: number;
  text: string;
}

export interface DeltaBufferOptions {
  /** Receives what came in since the last frame, at most one change per answer. */
  publish(changes: TextChange[]): void;
  /** Fetches the whole text of an answer after a gap. */
  fetchWhole(responseId: string): Promise<WholeText>;
  /** Calls back once before the next paint; returns how to call it off. */
  schedule?: (run: () => void) => () => void;
}

/** Animation frames stop in hidden tabs, so a timer stands in for them there. */
function beforeNextPaint(run: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(run, 200);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  const fallback = setTimeout(run, 400);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(fallback);
  };
}

/** Collects text deltas and hands them on once per animation frame, without gaps or repetition. */
export class DeltaBuffer {
  private readonly known = new Map<string, KnownText>();
  private readonly pending = new Map<string, TextChange>();
  private readonly held = new Map<string, TextPiece[]>();
  private cancelScheduled: (() => void) | null = null;
  private stopped = false;

  constructor(private readonly options: DeltaBufferOptions) {}

  push(delta: TextPiece): void {
    const waiting = this.held.get(delta.response_id);
    if (waiting) {
      waiting.push(delta);
      return;
    }
    const step = mergeDelta(this.known.get(delta.response_id), delta);
    if (step.kind === 'gap') {
      this.fill(delta);
    } else if (step.kind !== 'known') {
      this.take(delta.response_id, delta.attempt, step.text, step.kind === 'restart');
    }
  }

  stop(): void {
    this.stopped = true;
    this.cancelScheduled?.();
    this.cancelScheduled = null;
    this.pending.clear();
  }

  private take(responseId: string, attempt: number, text: string, restart: boolean): void {
    const before = restart ? 0 : (this.known.get(responseId)?.length ?? 0);
    this.known.set(responseId, { attempt, length: before + text.length });
    const earlier = this.pending.get(responseId);
    if (earlier && !restart) {
      earlier.text += text;
    } else {
      this.pending.set(responseId, { responseId, attempt, text, restart });
    }
    const schedule = this.options.schedule ?? beforeNextPaint;
    this.cancelScheduled ??= schedule(() => this.flush());
  }

  private flush(): void {
    this.cancelScheduled?.();
    this.cancelScheduled = null;
    const changes = [...this.pending.values()];
    this.pending.clear();
    if (changes.length > 0 && !this.stopped) this.options.publish(changes);
  }

  private fill(delta: TextPiece): void {
    const id = delta.response_id;
    this.held.set(id, [delta]);
    this.options
      .fetchWhole(id)
      .then((whole) => {
        if (!this.stopped && !this.isOlder(id, whole)) this.take(id, whole.attempt, whole.text, true);
      })
      .catch(() => {
        // The text stays as it is; the next delta beyond it asks again.
      })
      .finally(() => this.release(id));
  }

  private isOlder(id: string, whole: WholeText): boolean {
    const known = this.known.get(id);
    if (!known) return false;
    return (
      whole.attempt < known.attempt || (whole.attempt === known.attempt && whole.text.length < known.length)
    );
  }

  /** Replays what came in while fetching; what still lies beyond the text waits for the next delta. */
  private release(id: string): void {
    const waiting = this.held.get(id) ?? [];
    this.held.delete(id);
    if (this.stopped) return;
    for (const delta of waiting) {
      const step = mergeDelta(this.known.get(id), delta);
      if (step.kind === 'append' || step.kind === 'restart') {
        this.take(id, delta.attempt, step.text, step.kind === 'restart');
      }
    }
  }
}
