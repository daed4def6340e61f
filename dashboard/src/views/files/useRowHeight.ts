import { useSyncExternalStore } from "react";

const WIDE_REM = 3.5;
const NARROW_REM = 4.75;

function subscribe(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

function read(): number {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  // The width at which a row has columns: `md` of the classes in FileRow.
  return rem * (window.matchMedia("(width >= 48rem)").matches ? WIDE_REM : NARROW_REM);
}

/** How high each row is, in pixels: all are the same, so that nothing has to be measured while scrolling. */
export function useRowHeight(): number {
  return useSyncExternalStore(subscribe, read);
}
