import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { FileRow } from "./FileRow";
import { newerThan, position, type Summary } from "./list";
import { TableHead } from "./TableHead";
import { useRowHeight } from "./useRowHeight";

const OVERSCAN = 12;
/** So many rows before the end, the next page is asked for. */
const AHEAD = 40;

interface Props {
  items: readonly Summary[];
  /** Whether nothing follows. */
  isWhole: boolean;
  /** Another list is on its way; this one is the last that was there. */
  isOld: boolean;
  /** Asks for what follows; not given where that has to wait. */
  onNearEnd: (() => void) | undefined;
  /** Whether the first row has left the window upwards. */
  onScrolled: (scrolled: boolean) => void;
  children: ReactNode;
}

/** The rows that are in the window, and a few around them: thousands may be loaded. */
export function FileTable({ items, isWhole, isOld, onNearEnd, onScrolled, children }: Props) {
  const body = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  const [margin, setMargin] = useState(0);
  const [focused, setFocused] = useState<string>();
  const focusedAt = focused === undefined ? -1 : items.findIndex((record) => record.recordId === focused);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => height,
    getItemKey: useCallback((index: number) => items[index]?.recordId ?? index, [items]),
    overscan: OVERSCAN,
    scrollMargin: margin,
    useFlushSync: false,
    // The row with the focus stays, wherever one scrolls: the next Tab goes on from it.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return focusedAt < 0 || shown.includes(focusedAt)
        ? shown
        : [...shown, focusedAt].sort((one, other) => one - other);
    },
    onChange: ({ range }) => onScrolled((range?.startIndex ?? 0) > 0),
  });
  useLayoutEffect(() => rows.measure(), [rows, height]);
  useMeasured(body, setMargin);
  useSteady(body, items, height);

  const shown = rows.getVirtualItems();
  const end = rows.range?.endIndex ?? 0;
  const isNearEnd = end >= items.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, onNearEnd, items.length]);

  return (
    <div
      role="table"
      aria-label="Files"
      aria-rowcount={isWhole ? items.length + 1 : -1}
      aria-colcount={6}
      aria-busy={isOld}
      className="card"
    >
      <TableHead />
      <div
        ref={body}
        role="rowgroup"
        style={{ height: rows.getTotalSize() }}
        className={`relative transition-opacity ${isOld ? "opacity-60" : ""}`}
      >
        {shown.map(({ index, key, start }) => {
          const record = items[index];
          return (
            record && (
              <FileRow
                key={key}
                record={record}
                rowIndex={index + 2}
                top={start - margin}
                height={height}
                onFocused={setFocused}
              />
            )
          );
        })}
      </div>
      {children}
    </div>
  );
}

/** Keeps the distance of an element from the top of the page: filters above it fold and unfold. */
function useMeasured(element: React.RefObject<HTMLElement | null>, set: (top: number) => void): void {
  useLayoutEffect(() => {
    const measure = () =>
      set(Math.round((element.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element, set]);
}

/** Lets what the reader looks at stay where it is, when files above it leave the list. */
function useSteady(body: React.RefObject<HTMLElement | null>, items: readonly Summary[], height: number) {
  const before = useRef(items);
  useLayoutEffect(() => {
    const top = Math.floor(-(body.current?.getBoundingClientRect().top ?? 0) / height);
    const first = top > 0 ? before.current[top] : undefined;
    before.current = items;
    const moved = first ? newerThan(items, position(first)) - top : 0;
    if (moved !== 0) window.scrollBy(0, moved * height);
  }, [body, items, height]);
}
