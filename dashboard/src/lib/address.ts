import { useCallback } from "react";
import { useSearchParams } from "react-router";

interface HowWritten {
  /** Going back does not come by what stood there before. */
  replace?: boolean;
}

/**
 * What a view keeps in its address. It is drawn as soon as it is written, not when the router finds time:
 * until then React would show a box that was just ticked as it was before, and a second tick would not know
 * of the first.
 */
export function useAddress(): [URLSearchParams, (wanted: URLSearchParams, how?: HowWritten) => void] {
  const [address, setAddress] = useSearchParams();
  const write = useCallback(
    (wanted: URLSearchParams, how?: HowWritten) => setAddress(wanted, { ...how, flushSync: true }),
    [setAddress],
  );
  return [address, write];
}
