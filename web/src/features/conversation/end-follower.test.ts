import { beforeEach, expect, it, vi } from 'vitest';
import { EndFollower } from './end-follower';

const HEIGHT = 200;
let box: HTMLElement;
let content: number;
let place: number;
const onNews = vi.fn();

/** A box of a fixed height, as a browser would lay it out. */
beforeEach(() => {
  box = document.createElement('div');
  content = 100;
  place = 0;
  const limit = () => Math.max(0, content - HEIGHT);
  Object.defineProperties(box, {
    clientHeight: { get: () => HEIGHT },
    scrollHeight: { get: () => Math.max(content, HEIGHT) },
    scrollTop: {
      get: () => Math.min(place, limit()),
      set: (to: number) => {
        place = Math.max(0, Math.min(to, limit()));
      },
    },
  });
  onNews.mockReset();
});

function open(): EndFollower {
  return new EndFollower(box, onNews);
}

function grow(follower: EndFollower, to: number): void {
  content = to;
  follower.resized();
}

function scroll(to: number): void {
  box.scrollTop = to;
  box.dispatchEvent(new Event('scroll'));
}

it('follows the end of its text while the reader is there, and says nothing of it', () => {
  const follower = open();
  grow(follower, 500);
  expect(box.scrollTop).toBe(300);
  scroll(300);
  grow(follower, 520);
  expect(box.scrollTop).toBe(320);
  expect(onNews).not.toHaveBeenCalled();
});

it('leaves a reader who scrolled up where they are, however little it was, and tells of text below', () => {
  const follower = open();
  grow(follower, 500);
  scroll(300);
  scroll(296);
  expect(onNews).not.toHaveBeenCalled();
  grow(follower, 560);
  expect(box.scrollTop).toBe(296);
  expect(onNews).toHaveBeenLastCalledWith(true);
  grow(follower, 600);
  expect(onNews).toHaveBeenCalledTimes(1);
});

it('follows again at the end, by scrolling there or by the control', () => {
  const follower = open();
  grow(follower, 500);
  scroll(300);
  scroll(100);
  grow(follower, 560);
  scroll(350);
  expect(onNews).toHaveBeenLastCalledWith(false);
  grow(follower, 600);
  expect(box.scrollTop).toBe(400);
  scroll(400);
  scroll(0);
  grow(follower, 700);
  expect(onNews).toHaveBeenLastCalledWith(true);
  follower.toEnd();
  expect(box.scrollTop).toBe(500);
  expect(onNews).toHaveBeenLastCalledWith(false);
});

it('takes a text that becomes shorter for no movement of the reader', () => {
  const follower = open();
  grow(follower, 500);
  scroll(300);
  content = 480;
  box.dispatchEvent(new Event('scroll'));
  grow(follower, 520);
  expect(box.scrollTop).toBe(320);
  expect(onNews).not.toHaveBeenCalled();
});

it('is silent once it is closed', () => {
  const follower = open();
  grow(follower, 500);
  follower.close();
  scroll(10);
  grow(follower, 600);
  expect(onNews).not.toHaveBeenCalled();
});
