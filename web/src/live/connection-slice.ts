import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

export type ConnectionState = 'idle' | 'connecting' | 'ready' | 'waiting' | 'offline' | 'closed';

export interface SocketStatus {
  state: ConnectionState;
  /** Epoch milliseconds of the next try, while waiting. */
  retryAt: number | null;
  /** Tries in a row that have failed. */
  failures: number;
  reason: 'signed_out' | 'gone' | null;
}

const initialState: SocketStatus = { state: 'idle', retryAt: null, failures: 0, reason: null };

const connectionSlice = createSlice({
  name: 'connection',
  initialState,
  reducers: {
    connectionChanged: (_state, action: PayloadAction<SocketStatus>) => action.payload,
    connectionIdle: () => initialState,
  },
});

export const { connectionChanged, connectionIdle } = connectionSlice.actions;
export const connectionReducer = connectionSlice.reducer;
