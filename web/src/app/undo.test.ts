import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { offerUndo, runUndo } from './undo';

describe('undo', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
  });
  const offer = (place: 'composer' | 'toast' = 'composer') => {
    const run = vi.fn(() => Promise.resolve());
    return { run, offer: offerUndo({ text: 'Removed', place, run }) };
  };

  it('takes back the newest thing, once', () => {
    const first = offer('toast');
    const second = offer('composer');
    expect(runUndo()).toBe(true);
    expect(second.run).toHaveBeenCalledTimes(1);
    expect(runUndo()).toBe(true);
    expect(first.run).toHaveBeenCalledTimes(1);
    expect(runUndo()).toBe(false);
  });

  it('is offered for ten seconds', () => {
    const { run } = offer();
    vi.advanceTimersByTime(9_900);
    expect(runUndo()).toBe(true);
    expect(run).toHaveBeenCalled();
    offer();
    vi.advanceTimersByTime(10_100);
    expect(runUndo()).toBe(false);
  });

  it('replaces an older offer at the same place', () => {
    const older = offer();
    offer();
    expect(runUndo(older.offer.id)).toBe(false);
  });
});
