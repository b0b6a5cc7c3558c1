import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { applyChanges, type LiveText, type TextChange } from './texts-slice';

const initialState: Record<string, LiveText> = {};

/** What running answers think before they write; it grows as their texts do. */
const thoughtsSlice = createSlice({
  name: 'thoughts',
  initialState,
  reducers: {
    thoughtsChanged: (state, action: PayloadAction<TextChange[]>) => applyChanges(state, action.payload),
    thoughtsCleared: () => initialState,
  },
});

export const { thoughtsChanged, thoughtsCleared } = thoughtsSlice.actions;
export const thoughtsReducer = thoughtsSlice.reducer;
