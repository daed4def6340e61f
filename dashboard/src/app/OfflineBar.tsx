import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useCallback, useSyncExternalStore } from "react";
import { isPassing } from "../api/problem";

const WORDS = {
  offline: "You are offline. What you see may be old; it is fetched anew when you are back.",
  silent: "The API does not answer just now. What you see may be old; it is asked again all the time.",
};

function subscribeOnline(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether something is shown that could not be fetched anew. */
function isOld(queries: QueryClient): boolean {
  return queries
    .getQueryCache()
    .getAll()
    .some((query) => {
      const { data, error, fetchFailureReason } = query.state;
      return query.isActive() && data !== undefined && isPassing(fetchFailureReason ?? error);
    });
}

/** Says so when there is no network, or no answer: what is shown may be old. */
export function OfflineBar() {
  const queries = useQueryClient();
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const subscribe = useCallback(
    (listener: () => void) => queries.getQueryCache().subscribe(listener),
    [queries],
  );
  const old = useSyncExternalStore(subscribe, () => isOld(queries));
  const words = !online ? WORDS.offline : old ? WORDS.silent : null;
  return (
    <div role="status">
      {words !== null && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-warn">
          <WifiOff aria-hidden size={18} className="shrink-0" />
          {words}
        </p>
      )}
    </div>
  );
}
