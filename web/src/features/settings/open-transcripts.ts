import type { Transcript } from '@/generated/api';
import { readTranscripts } from './foreign-transcripts';

/** A conversation of a file, how many there are (null where only reading to the end would tell), and how far the file is read. */
interface Opened {
  transcript: Transcript;
  all: number | null;
  share: number;
}

/** What Quorum and ChatGPT call the conversations in their archives. */
const CONVERSATIONS = 'conversations.json';

/** The conversations of a file, one after the other: of Quorum's own archive without holding the others in memory. */
export async function* openTranscripts(file: File): AsyncGenerator<Opened> {
  if (await isZip(file)) yield* ofArchive(file);
  else yield* ofText(await file.text());
}

async function isZip(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return head[0] === 0x50 && head[1] === 0x4b;
}

function* ofText(text: string): Generator<Opened> {
  const transcripts = readTranscripts(JSON.parse(text));
  if (!transcripts) throw new Error('of no known form');
  for (const [place, transcript] of transcripts.entries()) {
    yield { transcript, all: transcripts.length, share: place / transcripts.length };
  }
}

async function* ofArchive(file: File): AsyncGenerator<Opened> {
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js/index-native.js');
  // The browser unpacks by itself; no worker is made of a text, which the page's rules refuse.
  const zip = new ZipReader(new BlobReader(file), { useWebWorkers: false });
  try {
    const entries = await zip.getEntries();
    const entry = entries.find((one) => one.filename.split('/').pop() === CONVERSATIONS);
    if (!entry || entry.directory) throw new Error('without conversations');
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writing = entry.getData(writable);
    writing.catch(() => undefined);
    const isOwn = entries.some((one) => one.filename === 'profile.json');
    if (isOwn) yield* ofLines(readable, entry.uncompressedSize);
    else yield* ofText(await new Response(readable).text());
    await writing;
  } finally {
    await zip.close();
  }
}

/** Quorum writes each conversation on a line of its own. */
async function* ofLines(stream: ReadableStream<Uint8Array>, size: number): AsyncGenerator<Opened> {
  let read = 0;
  let rest = '';
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    read += piece.value.byteLength;
    const lines = (rest + decoder.decode(piece.value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const transcript = transcriptOf(line);
      if (transcript) yield { transcript, all: null, share: size > 0 ? read / size : 1 };
    }
  }
}

/** Null for the brackets around the list, and for a conversation in which nothing was said. */
function transcriptOf(line: string): Transcript | null {
  const text = line.trim().replace(/,$/, '');
  if (!text.startsWith('{')) return null;
  return readTranscripts(JSON.parse(text))?.[0] ?? null;
}
