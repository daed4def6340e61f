import { useState } from "react";
import { patiently } from "../../actions/patiently";

/**
 * Asks the API once more when an answer was lost, and gives the answer to nobody but the caller: unlike a mutation
 * of TanStack Query, whose answers are cached for minutes. Secrets are shown once and kept nowhere.
 */
export function useAsking<Answer>(ask: () => Promise<Answer>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (): Promise<Answer | undefined> => {
    if (busy) return undefined;
    setBusy(true);
    setError(null);
    try {
      return await patiently(ask);
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error };
}
