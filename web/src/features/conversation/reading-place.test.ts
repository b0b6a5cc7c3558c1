import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentPlace, goToPlace, keepPlace, placeBeforeReload } from './reading-place';

function arrivedBy(type: 'reload' | 'navigate'): void {
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([
    { type } as unknown as PerformanceNavigationTiming,
  ]);
}

function thread(...tops: number[]): HTMLElement {
  const scroller = document.createElement('div');
  tops.forEach((top, index) => {
    const turn = document.createElement('section');
    turn.dataset.turn = `turn-${index}`;
    turn.getBoundingClientRect = () => new DOMRect(0, top, 100, 200);
    scroller.append(turn);
  });
  return scroller;
}

afterEach(() => {
  vi.restoreAllMocks();
  sessionStorage.clear();
});

describe('the reading place', () => {
  it('is the turn that begins near the top, else the one that fills it, and how far it is scrolled past', () => {
    const scroller = thread(-350, -150, 50);
    expect(currentPlace(scroller)).toEqual({ turn: 'turn-1', offset: 150 });
    scroller.getBoundingClientRect = () => new DOMRect(0, 0, 100, 400);
    expect(currentPlace(scroller)).toEqual({ turn: 'turn-2', offset: -50 });
    expect(currentPlace(thread())).toBeNull();
  });

  it('comes back once after a reload, and after nothing else', () => {
    keepPlace('one', { turn: 'turn-1', offset: 12 });
    arrivedBy('navigate');
    expect(placeBeforeReload('one')).toBeNull();
    arrivedBy('reload');
    expect(placeBeforeReload('two')).toBeNull();
    expect(placeBeforeReload('one')).toEqual({ turn: 'turn-1', offset: 12 });
    expect(placeBeforeReload('one')).toBeNull();
  });

  it('is forgotten at the end of a thread', () => {
    keepPlace('one', { turn: 'turn-1', offset: 12 });
    keepPlace('one', null);
    arrivedBy('reload');
    expect(placeBeforeReload('one')).toBeNull();
  });

  it('is gone to where its turn is loaded', () => {
    const scroller = thread(0, 200, 400);
    expect(goToPlace(scroller, { turn: 'turn-2', offset: 30 })).toBe(true);
    expect(scroller.scrollTop).toBe(430);
    expect(goToPlace(scroller, { turn: 'gone', offset: 0 })).toBe(false);
  });
});
