import { useEffect, useState } from "react";
import { NavigationType, useLocation, useNavigationType } from "react-router";

let place: string | undefined;

/** Remembers where the reader is, for the view that comes next. */
export function useKeepPlace(): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    place = pathname + search;
  }, [pathname, search]);
}

interface Origin {
  /** The address, with its filters. */
  path: string;
  /** Whether going back in the history leads there. */
  isBack: boolean;
}

/** Where the reader was when this view opened; undefined after a reload. */
export function useOrigin(): Origin | undefined {
  const followed = useNavigationType() === NavigationType.Push;
  const [origin] = useState(() => (place === undefined ? undefined : { path: place, isBack: followed }));
  return origin;
}
