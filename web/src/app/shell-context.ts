import { createContext, type ReactNode, useContext } from 'react';

export interface ShellContext {
  /** Opens the conversation list where it is not always visible. */
  menuButton: ReactNode;
  openPalette(): void;
  openShortcuts(): void;
}

const context = createContext<ShellContext>({ menuButton: null, openPalette() {}, openShortcuts() {} });

export const ShellProvider = context.Provider;

export function useShell(): ShellContext {
  return useContext(context);
}
