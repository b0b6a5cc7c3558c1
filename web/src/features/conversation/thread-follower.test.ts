import { beforeEach, expect, it, vi } from 'vitest';
import { type Below, ThreadFollower } from './thread-follower';

const VIEW = 600;
const onBelow = vi.fn<(below: Below) => void>();
let thread: HTMLElement;
let turns: HTMLElement;
let text: HTMLElement;
let place: number;
let height: number;

/** A thread whose newest turn begins at 1000 and is `height - 1000` high; its text ends with it. */
beforeEach(() => {
  onBelow.mockReset();
  sessionStorage.clear();
  place = 0;
  height = 2000;
  thread = document.createElement('div');
  thread.innerHTML = '<div><section data-turn="one"><p></p></section></div>';
  document.body.replaceChildren(thread);
  turns = thread.firstElementChild as HTMLElement;
  const turn = turns.firstElementChild as HTMLElement;
  text = turn.firstElementChild as HTMLElement;
  const limit = () => height - VIEW;
  Object.defineProperties(thread, {
    clientHeight: { get: () => VIEW },
    scrollHeight: { get: () => height },
    scrollTop: {
      get: () => place,
      set: (to: number) => {
        place = Math.max(0, Math.min(to, limit()));
      },
    },
  });
  thread.getBoundingClientRect = () => new DOMRect(0, 0, 400, VIEW);
  turn.getBoundingClientRect = () => new DOMRect(0, 1000 - place, 400, height - 1000);
  text.getBoundingClientRect = () => new DOMRect(0, 1800 - place, 400, height - 1800);
});

const open = () => new ThreadFollower(thread, turns, 'c1', onBelow);

function scroll(to: number): void {
  thread.dispatchEvent(new Event('wheel'));
  thread.scrollTop = to;
  thread.dispatchEvent(new Event('scroll'));
}

it('tells of text that comes in below the view, though nothing has become higher', () => {
  const follower = open();
  expect(place).toBe(1000);
  scroll(700);
  follower.grew(text);
  expect(onBelow).toHaveBeenLastCalledWith('news');
  follower.toBottom();
  expect(place).toBe(1400);
  expect(onBelow).toHaveBeenLastCalledWith('nothing');
});

it('says nothing of text that comes in where the reader looks', () => {
  const follower = open();
  scroll(1400);
  follower.grew(text);
  expect(onBelow).not.toHaveBeenCalledWith('news');
});

it('says nothing of what grows because the reader opened it', () => {
  const follower = open();
  scroll(700);
  follower.release();
  follower.grew(text);
  expect(onBelow).not.toHaveBeenCalledWith('news');
});

it('lets go at the smallest step up from the end', () => {
  const follower = open();
  scroll(1400);
  scroll(1390);
  height = 2300;
  follower.grew(text);
  expect(place).toBe(1390);
  expect(onBelow).toHaveBeenLastCalledWith('news');
});

it('goes once the text that came in has been seen, though the thread goes on below it', () => {
  const follower = open();
  scroll(700);
  follower.grew(text);
  expect(onBelow).toHaveBeenLastCalledWith('news');
  height = 2600;
  text.getBoundingClientRect = () => new DOMRect(0, 1800 - place, 400, 200);
  scroll(1300);
  expect(onBelow).toHaveBeenLastCalledWith('news');
  scroll(1400);
  expect(onBelow).toHaveBeenLastCalledWith('nothing');
});

it('goes when the text that came in is there no more', () => {
  const follower = open();
  scroll(700);
  follower.grew(text);
  text.remove();
  scroll(705);
  expect(onBelow).toHaveBeenLastCalledWith('nothing');
});
