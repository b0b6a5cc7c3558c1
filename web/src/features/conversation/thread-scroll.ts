import { createContext, useContext } from 'react';

export interface ThreadScroll {
  /** The reader has acted further up: growth below no longer pulls the page along. */
  release(): void;
}

const context = createContext<ThreadScroll>({ release() {} });

export const ThreadScrollProvider = context.Provider;

export function useThreadScroll(): ThreadScroll {
  return useContext(context);
}
