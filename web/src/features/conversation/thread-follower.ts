import { currentPlace, goToPlace, keepPlace, placeBeforeReload, type ReadingPlace } from './reading-place';

/** So close to the end counts as being there, in pixels. */
const NEAR = 96;
/** How long after a reload texts may still arrive above the reader's place. */
const SETTLING = 2_000;
/** How long after a touch of wheel, screen or key a movement counts as the reader's own. */
const HAND = 600;
/** How long a thread may grow by what the reader just did, without that being news. */
const OWN_GROWTH = 1_500;
/** What stands below the text of a card, in pixels: whoever sees the text need not see that. */
const FOOT = 72;
/** What texts come in as. */
const TEXTS = '[data-card], [data-text]';
/** Asked of the thread by what brings the reader to a place in it. */
const HOLD = 'quorum:hold';
const HANDS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/** What lies below the view: nothing new, later turns, or something that came in meanwhile. */
export type Below = 'nothing' | 'more' | 'news';

/**
 * What the view keeps to as the thread grows: the newest turn, whose question never leaves by the top
 * however much comes below it; the very end, once the reader went there; or nothing.
 */
type Kept = 'turn' | 'end' | null;

/** Keeps a thread where its reader wants it while it grows. */
export class ThreadFollower {
  private kept: Kept;
  private returning: ReadingPlace | null;
  private readonly settled = Date.now() + SETTLING;
  private readonly growth: ResizeObserver;
  private newest: { turn: string; heights: Map<HTMLElement, number> };
  /** Where text came in below the view since the reader looked there. */
  private readonly unread = new Set<HTMLElement>();
  private seen: { top: number; height: number };
  private touched = 0;
  private ownGrowthUntil = 0;
  private below: Below = 'nothing';

  constructor(
    private readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
    private readonly conversationId: string,
    private readonly onBelow: (below: Below) => void,
  ) {
    this.returning = placeBeforeReload(conversationId);
    if (this.returning && !goToPlace(scroller, this.returning)) this.returning = null;
    this.kept = this.returning === null ? 'turn' : null;
    this.settle();
    this.newest = this.newestTurn();
    this.seen = { top: scroller.scrollTop, height: scroller.scrollHeight };
    this.growth = new ResizeObserver(this.onGrowth);
    this.growth.observe(content);
    this.growth.observe(scroller);
    scroller.addEventListener('scroll', this.onScroll, { passive: true });
    scroller.addEventListener(HOLD, this.onHold);
    for (const hand of HANDS) scroller.addEventListener(hand, this.onHand, { passive: true });
  }

  close(): void {
    this.growth.disconnect();
    this.scroller.removeEventListener('scroll', this.onScroll);
    this.scroller.removeEventListener(HOLD, this.onHold);
    for (const hand of HANDS) this.scroller.removeEventListener(hand, this.onHand);
  }

  /** The reader wants to see the very end. */
  toBottom(): void {
    this.go('end');
  }

  /** A new turn has begun: its question and its answers are what is to be seen. */
  toNewestTurn(): void {
    this.go('turn');
  }

  private go(kept: Kept): void {
    this.kept = kept;
    this.returning = null;
    this.unread.clear();
    this.tell('nothing');
    this.settle();
  }

  private settle(): void {
    const { scroller, kept } = this;
    if (kept === null) return;
    const end = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = kept === 'end' ? end : Math.min(end, this.topOfNewest());
  }

  private topOfNewest(): number {
    const turn = this.newestElement();
    if (!turn) return 0;
    const { scroller } = this;
    return scroller.scrollTop + turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  }

  /** The reader acted in the thread: stay, and take what grows now for their own doing. */
  release(): void {
    this.kept = null;
    this.ownGrowthUntil = Date.now() + OWN_GROWTH;
  }

  /** Text has come in at the end of an element, whose own height may be the same as before. */
  grew(text: HTMLElement): void {
    if (this.kept === 'end' || this.growsByReader || this.returning) return;
    this.cameIn(text.closest<HTMLElement>(TEXTS) ?? text);
  }

  private cameIn(text: HTMLElement): void {
    if (this.isBelow(text)) this.unread.add(text);
    this.tellOfBelow();
  }

  private isBelow(text: HTMLElement): boolean {
    return text.getBoundingClientRect().bottom - FOOT > this.scroller.getBoundingClientRect().bottom;
  }

  private tellOfBelow(): void {
    const { scrollTop: top, scrollHeight: height, clientHeight } = this.scroller;
    if (height - top - clientHeight < NEAR) this.unread.clear();
    for (const text of this.unread) if (!text.isConnected || !this.isBelow(text)) this.unread.delete(text);
    if (this.unread.size > 0) this.tell('news');
    else this.tell(this.topOfNewest() > top + clientHeight ? 'more' : 'nothing');
  }

  private tell(below: Below): void {
    if (below === this.below) return;
    this.below = below;
    this.onBelow(below);
  }

  /** What comes in comes in there; turns further up only change their height as they come near. */
  private newestTurn(): { turn: string; heights: Map<HTMLElement, number> } {
    const element = this.newestElement();
    const texts = element ? [...element.querySelectorAll<HTMLElement>(TEXTS)] : [];
    return {
      turn: element?.dataset.turn ?? '',
      heights: new Map(texts.map((text) => [text, text.offsetHeight])),
    };
  }

  private newestElement(): HTMLElement | undefined {
    return [...this.content.querySelectorAll<HTMLElement>('[data-turn]')].at(-1);
  }

  private get growsByReader(): boolean {
    return Date.now() < this.ownGrowthUntil;
  }

  private readonly onHand = (): void => {
    this.touched = Date.now();
    this.returning = null;
  };

  private readonly onHold = (): void => {
    this.kept = null;
    this.returning = null;
  };

  private readonly onScroll = (): void => {
    const { scrollTop: top, scrollHeight: height, clientHeight } = this.scroller;
    const left = height - top - clientHeight;
    const atEnd = left < NEAR;
    // The browser moves the page too, when heights above change; a reader moves it further, or has
    // just touched the wheel, the screen or a key.
    const up = this.seen.top - top;
    const byHand = Date.now() - this.touched < HAND;
    const movedUp = up > Math.abs(height - this.seen.height) + 2 || (byHand && up > 0);
    this.seen = { top, height };
    if (Date.now() > this.settled) this.returning = null;
    if (!this.returning) keepPlace(this.conversationId, atEnd ? null : currentPlace(this.scroller));
    this.tellOfBelow();
    if (this.growsByReader) return;
    // Whoever goes up, however little, wants to read there and is not pulled back.
    if (movedUp && left > 1) this.kept = null;
    else if (atEnd && (byHand || this.kept === null)) this.kept = 'end';
    else if (byHand && this.kept === 'turn') this.kept = null;
  };

  private readonly onGrowth = (): void => {
    const before = this.newest.heights;
    this.newest = this.newestTurn();
    if (this.returning && Date.now() < this.settled) goToPlace(this.scroller, this.returning);
    else if (this.kept !== null) this.settle();
    else if (!this.growsByReader && this.scroller.scrollTop > NEAR) {
      for (const [text, height] of this.newest.heights) {
        if (height > (before.get(text) ?? 0) + 4) this.cameIn(text);
      }
    }
    if (this.unread.size > 0) this.tellOfBelow();
  };
}
