import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleQuestions } from '@/features/conversation/sample-questions';
import { de } from '@/i18n/de';
import { en } from '@/i18n/en';

const playbook = resolve('../src/fleet/demo/playbook.jsonl');

function texts(value: object): string[] {
  return Object.values(value).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : texts(entry as object),
  );
}

describe('the project', () => {
  it.runIf(existsSync(playbook))('suggests only questions that the demo knows, word for word', () => {
    const known = readFileSync(playbook, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { question: string }).question);
    expect(sampleQuestions.filter((question) => !known.includes(question))).toEqual([]);
  });

  it('has its endpoints generated from the current API description', () => {
    const checked = spawnSync(process.execPath, ['scripts/generate.mjs', '--check'], { encoding: 'utf8' });
    expect(checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  }, 30_000);

  it('speaks plainly in both languages', () => {
    for (const text of [...texts(en), ...texts(de)]) {
      expect(text).not.toMatch(/!|\p{Extended_Pictographic}/u);
      expect(text.trim()).not.toBe('');
    }
    expect(texts(de)).toHaveLength(texts(en).length);
  });

  it('uses the same placeholders in both languages', () => {
    const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort().join();
    const german = texts(de);
    texts(en).forEach((text, index) => {
      expect(placeholders(german[index] ?? '')).toBe(placeholders(text));
    });
  });
});
