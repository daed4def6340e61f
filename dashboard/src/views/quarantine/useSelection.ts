import { useCallback, useMemo, useState } from "react";
import type { Summary } from "./groups";
import { MOST_SELECTED } from "./selected";

export interface Selection {
  files: readonly Summary[];
  has: (recordId: string) => boolean;
  /** Takes them in or out; no more than can be asked for one by one are taken in. */
  set: (files: readonly Summary[], chosen: boolean) => void;
  clear: () => void;
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Summary>>(new Map());
  const set = useCallback((files: readonly Summary[], isChosen: boolean) => {
    setChosen((before) => {
      const after = new Map(before);
      for (const file of files) {
        if (!isChosen) after.delete(file.recordId);
        else if (after.size < MOST_SELECTED) after.set(file.recordId, file);
      }
      return after;
    });
  }, []);
  const clear = useCallback(() => setChosen(new Map()), []);
  return useMemo(
    () => ({ files: [...chosen.values()], has: (recordId) => chosen.has(recordId), set, clear }),
    [chosen, set, clear],
  );
}
