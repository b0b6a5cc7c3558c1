import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '@/test/fake-socket';
import type { SocketStatus } from './connection-slice';
import { backoffDelay, LiveSocket } from './socket';

function setOnline(online: boolean) {
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: online });
}

describe('the live socket', () => {
  const statuses: SocketStatus[] = [];
  const texts: unknown[] = [];
  let seq = 5;
  let refused = 0;
  let socket: LiveSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    setOnline(true);
    statuses.length = 0;
    texts.length = 0;
    seq = 5;
    refused = 0;
    socket = new LiveSocket({
      url: () => `ws://host/ws?after=${seq}`,
      onText: (data) => texts.push(data),
      onStatus: (status) => statuses.push(status),
      onRefused: () => {
        refused += 1;
      },
      random: () => 1,
    });
    socket.start();
  });
  afterEach(() => {
    socket.stop();
    vi.useRealTimers();
  });

  const state = () => statuses.at(-1)?.state;

  it('opens, hands on what it hears, and reports ready', () => {
    FakeSocket.latest().opens().says({ type: 'ready', last_seq: 5 });
    expect(state()).toBe('ready');
    expect(texts).toEqual(['{"type":"ready","last_seq":5}']);
  });

  it('resumes after the last event it has seen', () => {
    FakeSocket.latest().opens();
    seq = 42;
    FakeSocket.latest().drops();
    vi.advanceTimersByTime(400);
    expect(FakeSocket.latest().url).toContain('after=42');
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('waits longer after every failure, up to a cap, and starts over once connected', () => {
    for (let failure = 1; failure <= 8; failure += 1) {
      FakeSocket.latest().drops();
      expect(statuses.at(-1)?.retryAt).toBe(Date.now() + Math.min(15_000, 400 * 2 ** (failure - 1)));
      vi.runOnlyPendingTimers();
    }
    expect(refused).toBe(8);
    FakeSocket.latest().opens().drops();
    expect(statuses.at(-1)?.failures).toBe(1);
  });

  it('spreads its tries at random between half and all of the delay', () => {
    expect(backoffDelay(3, () => 0)).toBe(800);
    expect(backoffDelay(3, () => 1)).toBe(1600);
    expect(backoffDelay(30, () => 1)).toBe(15_000);
  });

  it('stops for good when the session has ended or the conversation is gone', () => {
    FakeSocket.latest().opens().drops(4401);
    expect(statuses.at(-1)).toMatchObject({ state: 'closed', reason: 'signed_out' });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it('reconnects at once when the network is back', () => {
    FakeSocket.latest().opens();
    setOnline(false);
    window.dispatchEvent(new Event('offline'));
    expect(state()).toBe('offline');
    expect(FakeSocket.all[0]?.closedWith).toBe(1000);
    setOnline(true);
    window.dispatchEvent(new Event('online'));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('does not keep trying while offline', () => {
    FakeSocket.latest().opens();
    setOnline(false);
    FakeSocket.latest().drops();
    expect(state()).toBe('offline');
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it('tries at once when the tab is looked at again', () => {
    FakeSocket.latest().drops();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('replaces a socket that slept through a suspended machine', () => {
    FakeSocket.latest().opens();
    vi.setSystemTime(Date.now() + 120_000);
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('stays quiet after stop', () => {
    const first = FakeSocket.latest().opens();
    socket.stop();
    expect(first.closedWith).toBe(1000);
    window.dispatchEvent(new Event('online'));
    expect(FakeSocket.all).toHaveLength(1);
  });
});
