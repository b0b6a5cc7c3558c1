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

const MARK = /`+|\*{1,3}|~~/g;

/** The marks that are open at the end of a line, outermost first; inside code nothing counts. */
function openMarks(line: string): string[] {
  const open: string[] = [];
  const start = /^\s*[*+-]\s/.exec(line)?.[0].length ?? 0;
  for (const match of line.slice(start).matchAll(MARK)) {
    const mark = match[0];
    const at = start + match.index;
    const innermost = open.at(-1);
    if (innermost?.startsWith('`')) {
      if (mark === innermost) open.pop();
    } else if (mark === innermost && /\S/.test(line[at - 1] ?? ' ')) {
      open.pop();
    } else if (mark.startsWith('`') || /\S/.test(line[at + mark.length] ?? ' ')) {
      open.push(mark);
    }
  }
  return open;
}

/** Closes what is open; a mark that is only half there, or has nothing behind it yet, is held back. */
function closeMarks(line: string): string {
  let text = line;
  if (!openMarks(text).some((mark) => mark.startsWith('`'))) {
    const trailing = /(?:\*{1,3}|~{1,2})$/.exec(text)?.[0];
    const open = trailing ? openMarks(text.slice(0, -trailing.length)) : [];
    if (trailing && open.at(-1) !== trailing) text = text.slice(0, -trailing.length).trimEnd();
  }
  const left = openMarks(text);
  const empty = left.at(-1)?.startsWith('`') && text.endsWith(left.at(-1) as string);
  if (empty) return text.slice(0, -(left.pop() as string).length).trimEnd() + left.reverse().join('');
  // A blank before it would keep a mark from closing.
  return (left.length > 0 ? text.trimEnd() : text) + left.reverse().join('');
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
