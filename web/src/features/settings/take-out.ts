import { problemOf } from '@/app/problem';
import type { Problem } from '@/generated/api';

/** Bytes that are put together at once, so that few pieces wait in memory: a browser keeps large ones on disk. */
const FOLD = 8 * 1024 * 1024;

export type Taken =
  | { ended: 'done'; bytes: number }
  | { ended: 'cancelled' }
  | { ended: 'broke_off' }
  | { ended: 'refused'; problem: Problem };

/** Fetches everything that is the user's and has the browser save it. An archive that is not whole is not saved. */
export async function takeOut(signal: AbortSignal, onBytes: (bytes: number) => void): Promise<Taken> {
  try {
    const reply = await fetch('/api/v1/account/export', { signal });
    if (!reply.ok || !reply.body) return refused(reply);
    const archive = await collected(reply.body, onBytes);
    const name = /filename="([^"]+)"/.exec(reply.headers.get('content-disposition') ?? '')?.[1];
    save(archive, name ?? 'quorum-data.zip');
    return { ended: 'done', bytes: archive.size };
  } catch {
    return { ended: signal.aborted ? 'cancelled' : 'broke_off' };
  }
}

async function refused(reply: Response): Promise<Taken> {
  const data: unknown = await reply.json().catch(() => null);
  const problem = problemOf({ status: reply.status, data });
  return problem ? { ended: 'refused', problem } : { ended: 'broke_off' };
}

async function collected(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  const folded: Blob[] = [];
  let recent: Uint8Array<ArrayBuffer>[] = [];
  let waiting = 0;
  let bytes = 0;
  const reader = body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    recent.push(piece.value);
    waiting += piece.value.byteLength;
    bytes += piece.value.byteLength;
    onBytes(bytes);
    if (waiting >= FOLD) {
      folded.push(new Blob(recent));
      recent = [];
      waiting = 0;
    }
  }
  return new Blob([...folded, ...recent], { type: 'application/zip' });
}

function save(archive: Blob, name: string): void {
  const address = URL.createObjectURL(archive);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers begin to save a moment later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
