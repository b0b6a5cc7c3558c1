import { describe, expect, it } from 'vitest';
import { readTranscripts } from './foreign-transcripts';

const chatGpt = {
  title: 'Trip',
  current_node: 'c',
  mapping: {
    root: { parent: null, message: null },
    a: {
      parent: 'root',
      message: {
        author: { role: 'user' },
        create_time: 1_700_000_000,
        content: { parts: ['Where to?'] },
      },
    },
    other: {
      parent: 'a',
      message: { author: { role: 'assistant' }, content: { parts: ['Not shown'] } },
    },
    tool: { parent: 'a', message: { author: { role: 'tool' }, content: { parts: ['search'] } } },
    b: {
      parent: 'tool',
      message: {
        author: { role: 'assistant' },
        content: { parts: ['Rome', { image: true }] },
        metadata: { model_slug: 'gpt-x' },
      },
    },
    c: { parent: 'b', message: { author: { role: 'assistant' }, content: { parts: ['or Oslo'] } } },
  },
};

const webUi = {
  chat: {
    title: 'Two models',
    history: {
      currentId: '3',
      messages: {
        1: { parentId: null, role: 'user', content: 'Which?', timestamp: 1_700_000_000 },
        2: { parentId: '1', role: 'assistant', content: 'This', model: 'm-one', modelName: 'One' },
        3: { parentId: '1', role: 'assistant', content: 'That', model: 'm-two' },
      },
    },
  },
};

describe('files of others', () => {
  it('are read along the path that was last shown in ChatGPT', () => {
    expect(readTranscripts([chatGpt])).toEqual([
      {
        format: 'quorum.conversation',
        version: 1,
        title: 'Trip',
        turns: [
          {
            content: 'Where to?',
            created_at: '2023-11-14T22:13:20.000Z',
            answers: [{ service_name: 'gpt-x', model: 'gpt-x', content: 'Rome\n\nor Oslo' }],
          },
        ],
      },
    ]);
  });

  it('keep the answers of several models in Open WebUI, and which one went on', () => {
    const [read] = readTranscripts([webUi]) ?? [];
    expect(read?.turns[0]?.answers).toEqual([
      { service_name: 'One', model: 'm-one', content: 'This', selected: false },
      { service_name: 'm-two', model: 'm-two', content: 'That', selected: true },
    ]);
  });

  it('may be our own, and nothing else', () => {
    const ours = { format: 'quorum.conversation', version: 1, title: 'T', turns: [{ content: 'Q' }] };
    expect(readTranscripts(ours)).toEqual([ours]);
    expect(readTranscripts({ some: 'json' })).toBeNull();
    expect(readTranscripts([ours, 7])).toBeNull();
    expect(readTranscripts([])).toEqual([]);
  });

  it('may be a tree that bites its tail', () => {
    const biting = structuredClone(chatGpt);
    biting.mapping.a.parent = 'c';
    expect(readTranscripts(biting)?.[0]?.turns).toHaveLength(1);
  });
});
