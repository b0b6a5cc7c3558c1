import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

export interface SessionState {
  /** Sent with every change; held in memory only. */
  csrfToken: string | null;
  /** True after a request or the socket found the session gone. */
  lost: boolean;
  /** True after a request was refused because the account was closed, maybe elsewhere. */
  closed: boolean;
}

const initialState: SessionState = { csrfToken: null, lost: false, closed: false };

const sessionSlice = createSlice({
  name: 'session',
  initialState,
  reducers: {
    tokenReceived(state, action: PayloadAction<string | null | undefined>) {
      state.csrfToken = action.payload ?? null;
      state.lost = false;
      state.closed = false;
    },
    sessionLost(state) {
      state.csrfToken = null;
      state.lost = true;
    },
    accountClosed(state) {
      state.closed = true;
    },
    signedOut() {
      return initialState;
    },
  },
});

export const { tokenReceived, sessionLost, accountClosed, signedOut } = sessionSlice.actions;
export const sessionReducer = sessionSlice.reducer;
