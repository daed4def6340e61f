/** Whether uploads are under way, for the frame: the menu shows it, and all that sends is fetched with the view only. */
import { useEffect, useSyncExternalStore } from "react";

export interface Activity {
  /** Files that are waiting, on their way or paused. */
  unfinished: number;
}

let activity: Activity = { unfinished: 0 };
const listeners = new Set<() => void>();
const atEnd = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellActivity(unfinished: number): void {
  if (unfinished === activity.unfinished) return;
  if (activity.unfinished === 0) window.addEventListener("beforeunload", warn);
  if (unfinished === 0) window.removeEventListener("beforeunload", warn);
  activity = { unfinished };
  for (const each of listeners) each();
}

/** Calls back when the session is over: nothing may be sent with a key that somebody has put away. */
export function onSessionEnd(end: () => void): void {
  atEnd.add(end);
}

/** For what is there as long as the session is. */
export function useUploadActivity(): Activity {
  useEffect(
    () => () => {
      for (const end of atEnd) end();
    },
    [],
  );
  return useSyncExternalStore(subscribe, () => activity);
}

/** The browser asks whether to leave, in its own words. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
