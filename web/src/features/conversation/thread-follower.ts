import { currentPlace, goToPlace, keepPlace, placeBeforeReload, type ReadingPlace } from './reading-place';

/** So close to the end counts as being there, in pixels. */
const NEAR = 96;
/** How long after a reload texts may still arrive above the reader's place. */
const SETTLING = 2_000;
/** How long after a touch of wheel, screen or key a movement counts as the reader's own. */
const HAND = 600;
/** How long a thread may grow by what the reader just did, without that being news. */
const OWN_GROWTH = 1_500;
const HANDS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/** Keeps a thread at its end while the reader is there, and where they read otherwise. */
export class ThreadFollower {
  private sticking: boolean;
  private returning: ReadingPlace | null;
  private readonly settled = Date.now() + SETTLING;
  private readonly growth: ResizeObserver;
  private height: number;
  private seen: { top: number; height: number };
  private touched = 0;
  private ownGrowthUntil = 0;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
    private readonly conversationId: string,
    private readonly onNewBelow: (newBelow: boolean) => void,
  ) {
    this.returning = placeBeforeReload(conversationId);
    if (this.returning && !goToPlace(scroller, this.returning)) this.returning = null;
    this.sticking = this.returning === null;
    if (this.sticking) scroller.scrollTop = scroller.scrollHeight;
    this.height = content.offsetHeight;
    this.seen = { top: scroller.scrollTop, height: scroller.scrollHeight };
    this.growth = new ResizeObserver(this.onGrowth);
    this.growth.observe(content);
    this.growth.observe(scroller);
    scroller.addEventListener('scroll', this.onScroll, { passive: true });
    for (const hand of HANDS) scroller.addEventListener(hand, this.onHand, { passive: true });
  }

  close(): void {
    this.growth.disconnect();
    this.scroller.removeEventListener('scroll', this.onScroll);
    for (const hand of HANDS) this.scroller.removeEventListener(hand, this.onHand);
  }

  toBottom(): void {
    this.sticking = true;
    this.returning = null;
    this.onNewBelow(false);
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** The reader acted in the thread: stay, and take what grows now for their own doing. */
  release(): void {
    this.sticking = false;
    this.ownGrowthUntil = Date.now() + OWN_GROWTH;
  }

  private get growsByReader(): boolean {
    return Date.now() < this.ownGrowthUntil;
  }

  private readonly onHand = (): void => {
    this.touched = Date.now();
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
    if (this.growsByReader) return;
    if (atEnd) {
      this.sticking = true;
      this.onNewBelow(false);
    } else if (movedUp) {
      this.sticking = false;
    }
  };

  private readonly onGrowth = (): void => {
    const grew = this.content.offsetHeight > this.height + 4;
    this.height = this.content.offsetHeight;
    if (this.returning && Date.now() < this.settled) goToPlace(this.scroller, this.returning);
    else if (this.sticking) this.scroller.scrollTop = this.scroller.scrollHeight;
    else if (grew && !this.growsByReader && this.scroller.scrollTop > NEAR) this.onNewBelow(true);
  };
}
