import { useCallback, useEffect, useRef, useState } from "react";
import { PAGE_SIZE } from "../../api/queries";
import { plural } from "../../lib/format";
import { useAnnounce } from "../../ui/Announcer";
import { newerThan, position, type LoadedList, type Summary } from "./list";

/**
 * What the reader sees of the list: at its top everything, further down nothing that came since they left the top,
 * so that it does not push what they read.
 */
export function useReading(list: LoadedList, catchUp: () => void) {
  const [top, setTop] = useState<string>();
  const held = top === undefined ? 0 : newerThan(list.items, top);
  const newest = list.items[0];
  const onScrolled = useCallback(
    (scrolled: boolean) =>
      setTop((before) => (scrolled ? (before ?? (newest && position(newest))) : undefined)),
    [newest],
  );
  const apart = list.newer;
  useEffect(() => {
    if (apart && top === undefined) catchUp();
  }, [apart, top, catchUp]);
  return {
    items: held === 0 ? list.items : list.items.slice(held),
    /** How many files wait above; "more than" that if they do not join up. */
    waiting: held + (apart?.items.length ?? 0),
    isMany: apart !== undefined,
    onScrolled,
    toTop: useCallback(() => {
      window.scrollTo({ top: 0 });
      setTop(undefined);
    }, []),
  };
}

/** Says aloud how many files are shown, and when others have come. */
export function useAnnounced(list: LoadedList, isOld: boolean): void {
  const announce = useAnnounce();
  const before = useRef<{ items: readonly Summary[]; newest: string }>(undefined);
  useEffect(() => {
    if (isOld) return;
    const { items, cursor, newer, barren } = list;
    const was = before.current;
    const newest = newer?.items[0] ?? items[0];
    before.current = { items, newest: newest ? position(newest) : "" };
    const shown = `${plural(items.length, "file")} shown${cursor === undefined ? "" : ", older ones follow"}.`;
    if (!was) {
      if (items.length > 0 || cursor === undefined || barren > 1) announce(shown);
      return;
    }
    const came = newer ? PAGE_SIZE : newerThan(items, was.newest);
    if (before.current.newest > was.newest) announce(`${plural(came, "new file")}.`);
    else if (items.length > was.items.length) announce(shown);
  }, [list, isOld, announce]);
}
