import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

export interface LiveText {
  attempt: number;
  text: string;
}

export interface TextChange extends LiveText {
  responseId: string;
  /** True when `text` replaces what was there, false when it goes behind it. */
  restart: boolean;
}

/** Adds to the texts what came in since the last frame. */
export function applyChanges(state: Record<string, LiveText>, changes: TextChange[]): void {
  for (const change of changes) {
    const known = state[change.responseId];
    if (change.restart || !known) {
      state[change.responseId] = { attempt: change.attempt, text: change.text };
    } else {
      known.text += change.text;
    }
  }
}

const initialState: Record<string, LiveText> = {};

const textsSlice = createSlice({
  name: 'texts',
  initialState,
  reducers: {
    textsChanged: (state, action: PayloadAction<TextChange[]>) => applyChanges(state, action.payload),
    textsCleared: () => initialState,
  },
});

export const { textsChanged, textsCleared } = textsSlice.actions;
export const textsReducer = textsSlice.reducer;
