import { useSyncExternalStore } from "react";

const STEP = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    now = Date.now();
    for (const each of listeners) each();
  }, STEP);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function read(): number {
  if (listeners.size === 0) now = Date.now();
  return now;
}

/** The time in milliseconds, anew every ten seconds: one clock for all ages on the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
