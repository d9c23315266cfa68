import { createContext, useContext } from "react";

interface Actions {
  openPalette: () => void;
  openRail: () => void;
}

const Context = createContext<Actions>({ openPalette: () => undefined, openRail: () => undefined });

/** What a page's head can open in the shell around it. */
export const ShellActions = Context.Provider;
export const useShellActions = () => useContext(Context);
