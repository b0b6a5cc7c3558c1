function countOf(text: string, part: RegExp): number {
  return text.match(part)?.length ?? 0;
}

function insideFence(block: string): boolean {
  return countOf(block, /^ {0,3}(?:`{3,}|~{3,})/gm) % 2 === 1;
}

/** Leaves a link that is still being written as its text. */
function plainOpenLink(line: string): string {
  return line.replace(/!?\[([^\]]*)\]\([^)]*$/, '$1').replace(/!?\[([^\]]*)$/, '$1');
}

function closeMarks(line: string): string {
  if (countOf(line, /`/g) % 2 === 1) return `${line}\``;
  const bare = line.replace(/`[^`]*`/g, '');
  let closed = line.replace(/(?:\*{1,3}|_{1,3}|~~)$/, '').trimEnd();
  const strong = countOf(bare, /\*\*/g);
  if (strong % 2 === 1 && closed !== line.trimEnd()) return closed;
  if (strong % 2 === 1) closed = `${closed}**`;
  else if (countOf(bare.replace(/\*\*/g, ''), /(?<=\S|^)\*(?=\S)|(?<=\S)\*/g) % 2 === 1)
    closed = `${closed}*`;
  return closed;
}

/** A table needs its second row before it can be one; until then its header is held back. */
function holdBackTable(block: string): string {
  const lines = block.split('\n');
  const start = lines.findIndex((line) => line.trimStart().startsWith('|'));
  if (start < 0) return block;
  const delimiter = lines[start + 1];
  const ready = delimiter !== undefined && /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$/.test(delimiter);
  if (!ready) return lines.slice(0, start).join('\n');
  const last = lines.at(-1) ?? '';
  const half = lines.length > start + 2 && last.trimStart().startsWith('|') && !last.trimEnd().endsWith('|');
  return half ? lines.slice(0, -1).join('\n') : block;
}

/** Makes the last, half-written block of a growing answer render as it will when it is whole. */
export function mendTail(block: string): string {
  if (insideFence(block)) return block;
  if (countOf(block, /\$\$/g) % 2 === 1) return block.slice(0, block.lastIndexOf('$$')).trimEnd();
  const held = holdBackTable(block);
  const at = held.lastIndexOf('\n') + 1;
  const last = held.slice(at);
  if (last.trimStart().startsWith('|')) return held;
  if (/^\s*(?:#{1,6}|[-*+]|\d+[.)]|>|-{1,3}|={1,3}|`{1,2}|~{1,2})\s*$/.test(last))
    return held.slice(0, at).trimEnd();
  return held.slice(0, at) + closeMarks(plainOpenLink(last));
}
