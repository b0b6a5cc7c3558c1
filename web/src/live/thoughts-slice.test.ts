import { describe, expect, it } from 'vitest';
import { thoughtsChanged, thoughtsCleared, thoughtsReducer } from './thoughts-slice';

const change = (text: string, restart = false, attempt = 1) =>
  thoughtsChanged([{ responseId: 'r', attempt, text, restart }]);

describe('what running answers think', () => {
  it('grows, begins anew with another attempt, and is forgotten', () => {
    let state = thoughtsReducer(undefined, change('Let me', true));
    state = thoughtsReducer(state, change(' see.'));
    expect(state.r).toEqual({ attempt: 1, text: 'Let me see.' });
    state = thoughtsReducer(state, change('Again', true, 2));
    expect(state.r).toEqual({ attempt: 2, text: 'Again' });
    expect(thoughtsReducer(state, thoughtsCleared())).toEqual({});
  });
});
