import { describe, expect, it, vi } from 'vitest';
import { DeltaBuffer, type WholeText } from './delta-buffer';
import type { TextChange } from './texts-slice';

function buffer(fetchWhole: () => Promise<WholeText> = () => Promise.reject(new Error('not expected'))) {
  const published: TextChange[][] = [];
  let frame: (() => void) | null = null;
  const made = new DeltaBuffer({
    publish: (changes) => published.push(changes),
    fetchWhole,
    schedule: (run) => {
      frame = run;
      return () => {
        frame = null;
      };
    },
  });
  const paint = () => {
    const run = frame;
    frame = null;
    run?.();
  };
  const push = (offset: number, text: string, attempt = 1, id = 'r') =>
    made.push({ response_id: id, attempt, offset, text });
  return { made, push, paint, published };
}

describe('the delta buffer', () => {
  it('hands on everything of one frame as one change per answer', () => {
    const { push, paint, published } = buffer();
    push(0, 'Hel');
    push(3, 'lo');
    push(0, 'Other', 1, 'q');
    paint();
    expect(published).toEqual([
      [
        { responseId: 'r', attempt: 1, text: 'Hello', restart: true },
        { responseId: 'q', attempt: 1, text: 'Other', restart: true },
      ],
    ]);
  });

  it('publishes nothing before the frame', () => {
    const { push, published } = buffer();
    push(0, 'Hel');
    expect(published).toEqual([]);
  });

  it('appends in later frames and drops repetitions', () => {
    const { push, paint, published } = buffer();
    push(0, 'Hello');
    paint();
    push(0, 'Hello');
    push(3, 'lo world');
    paint();
    expect(published[1]).toEqual([{ responseId: 'r', attempt: 1, text: ' world', restart: false }]);
  });

  it('fetches the whole text after a gap and goes on from there', async () => {
    const fetchWhole = vi.fn(() => Promise.resolve({ attempt: 1, text: 'Hello wor' }));
    const { push, paint, published } = buffer(fetchWhole);
    push(0, 'Hel');
    push(9, 'ld');
    push(11, '.');
    await vi.waitFor(() => {
      paint();
      expect(published.flat().at(-1)?.text.endsWith('.')).toBe(true);
    });
    expect(fetchWhole).toHaveBeenCalledTimes(1);
    expect(published.flat().at(-1)).toEqual({
      responseId: 'r',
      attempt: 1,
      text: 'Hello world.',
      restart: true,
    });
  });

  it('keeps the longer text when the fetched one is older', async () => {
    const { push, paint, published } = buffer(() => Promise.resolve({ attempt: 1, text: 'He' }));
    push(0, 'Hello');
    paint();
    push(9, 'x');
    await Promise.resolve();
    await Promise.resolve();
    paint();
    expect(published.flat().map((change) => change.text)).toEqual(['Hello']);
  });

  it('says nothing any more once stopped', () => {
    const { made, push, paint, published } = buffer();
    push(0, 'Hel');
    made.stop();
    paint();
    expect(published).toEqual([]);
  });
});
