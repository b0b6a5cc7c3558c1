import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import RenderedAnswer from './rendered-answer';

const playbook = resolve('../src/fleet/demo/playbook.jsonl');
/** Mark-up that nobody should get to read. */
const RAW = /```|\*\*|\|\s*:?-{3}|\$\$|\\\[|\\\(|\]\(http/;

interface Scene {
  answers: Record<string, { text: string }>;
}

function textsOfDemo(): string[] {
  const scenes = readFileSync(playbook, 'utf8').split('\n').filter(Boolean);
  return scenes.flatMap((scene) =>
    Object.values((JSON.parse(scene) as Scene).answers).map((answer) => answer.text),
  );
}

/** What a reader sees of a text that is still growing; code and the words beside maths left aside. */
function shown(text: string): string {
  const page = new DOMParser().parseFromString(
    renderToStaticMarkup(<RenderedAnswer text={text} streaming />),
    'text/html',
  );
  for (const aside of page.querySelectorAll('annotation, code')) aside.remove();
  return page.body.textContent ?? '';
}

describe('a growing answer', () => {
  it.runIf(existsSync(playbook))(
    'shows no half-written mark-up at any of its words',
    () => {
      const found: string[] = [];
      for (const text of textsOfDemo()
        .filter((one) => /```|\*\*|\|--|\$/.test(one))
        .slice(0, 6)) {
        for (let end = text.indexOf(' '); end > 0; end = text.indexOf(' ', end + 1)) {
          for (const prefix of [text.slice(0, end + 1), text.slice(0, end + 3)]) {
            const raw = shown(prefix).match(RAW);
            if (raw) found.push(`${prefix.slice(-30)} → ${raw[0]}`);
          }
        }
      }
      expect(found.slice(0, 5)).toEqual([]);
    },
    120_000,
  );
});
