import { currentPlace, goToPlace, keepPlace, placeBeforeReload, type ReadingPlace } from './reading-place';

/** So close to the end counts as being there, in pixels. */
const NEAR = 96;
/** How long after a reload texts may still arrive above the reader's place. */
const SETTLING = 2_000;
/** How long after a touch of wheel, screen or key a movement counts as the reader's own. */
const HAND = 600;
/** How long a thread may grow by what the reader just did, without that being news. */
const OWN_GROWTH = 1_500;
/** Asked of the thread by what brings the reader to a place in it. */
const HOLD = 'quorum:hold';
const HANDS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/** What lies below the view: nothing, more than a view of it, or something that came in meanwhile. */
export type Below = 'nothing' | 'more' | 'news';

/** Keeps a thread at its end while the reader is there, and where they read otherwise. */
export class ThreadFollower {
  private sticking: boolean;
  private returning: ReadingPlace | null;
  private readonly settled = Date.now() + SETTLING;
  private readonly growth: ResizeObserver;
  private newest: { turn: string; height: number };
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
    this.sticking = this.returning === null;
    if (this.sticking) scroller.scrollTop = scroller.scrollHeight;
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

  toBottom(): void {
    this.sticking = true;
    this.returning = null;
    this.tell('nothing');
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** The reader acted in the thread: stay, and take what grows now for their own doing. */
  release(): void {
    this.sticking = false;
    this.ownGrowthUntil = Date.now() + OWN_GROWTH;
  }

  private tell(below: Below): void {
    if (below === this.below) return;
    this.below = below;
    this.onBelow(below);
  }

  /** What comes in comes in there; turns further up only change their height as they come near. */
  private newestTurn(): { turn: string; height: number } {
    const element = [...this.content.querySelectorAll<HTMLElement>('[data-turn]')].at(-1);
    return { turn: element?.dataset.turn ?? '', height: element?.offsetHeight ?? 0 };
  }

  private get growsByReader(): boolean {
    return Date.now() < this.ownGrowthUntil;
  }

  private readonly onHand = (): void => {
    this.touched = Date.now();
    this.returning = null;
  };

  private readonly onHold = (): void => {
    this.sticking = false;
    this.returning = null;
  };

  private readonly onScroll = (): void => {
    const { scrollTop: top, scrollHeight: height, clientHeight } = this.scroller;
    const atEnd = height - top - clientHeight < NEAR;
    // The browser moves the page too, when heights above change; a reader moves it further, or has
    // just touched the wheel, the screen or a key.
    const up = this.seen.top - top;
    const byHand = Date.now() - this.touched < HAND;
    const movedUp = up > Math.abs(height - this.seen.height) + 2 || (byHand && up > 0);
    this.seen = { top, height };
    if (Date.now() > this.settled) this.returning = null;
    if (!this.returning) keepPlace(this.conversationId, atEnd ? null : currentPlace(this.scroller));
    if (atEnd) this.tell('nothing');
    else if (this.below !== 'news' && height - top > 2 * clientHeight) this.tell('more');
    if (this.growsByReader) return;
    if (atEnd) {
      this.sticking = true;
    } else if (movedUp) {
      this.sticking = false;
    }
  };

  private readonly onGrowth = (): void => {
    const { turn, height } = this.newestTurn();
    const grew = turn !== this.newest.turn || height > this.newest.height + 4;
    this.newest = { turn, height };
    if (this.returning && Date.now() < this.settled) goToPlace(this.scroller, this.returning);
    else if (this.sticking) this.scroller.scrollTop = this.scroller.scrollHeight;
    else if (grew && !this.growsByReader && this.scroller.scrollTop > NEAR) this.tell('news');
  };
}
