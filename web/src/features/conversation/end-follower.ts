/** So close to the end a movement towards it counts as having reached it, in pixels. */
const NEAR = 24;

/**
 * Keeps a box of growing text at its end while its reader is there. Whoever scrolls up, however little,
 * is left where they are and told of what comes in below.
 */
export class EndFollower {
  private following = true;
  private seen: { top: number; height: number };
  private news = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly onNews: (news: boolean) => void,
  ) {
    box.scrollTop = box.scrollHeight;
    this.seen = { top: box.scrollTop, height: box.scrollHeight };
    box.addEventListener('scroll', this.onScroll, { passive: true });
  }

  close(): void {
    this.box.removeEventListener('scroll', this.onScroll);
  }

  /** The text has another height than before. */
  resized(): void {
    const { box } = this;
    const grew = box.scrollHeight > this.seen.height;
    this.seen = { ...this.seen, height: box.scrollHeight };
    if (this.following) box.scrollTop = box.scrollHeight;
    else if (grew) this.tell(true);
  }

  toEnd(): void {
    this.following = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.tell(false);
  }

  private readonly onScroll = (): void => {
    const { scrollTop: top, scrollHeight: height, clientHeight } = this.box;
    const left = height - top - clientHeight;
    const moved = top - this.seen.top;
    this.seen = { ...this.seen, top };
    // At the very end first: text that becomes shorter moves its reader up without their doing.
    if (left <= 1 || (moved > 0 && left < NEAR)) this.following = true;
    else if (moved < 0) this.following = false;
    if (this.following) this.tell(false);
  };

  private tell(news: boolean): void {
    if (news === this.news) return;
    this.news = news;
    this.onNews(news);
  }
}
