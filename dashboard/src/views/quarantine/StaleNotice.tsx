import { Notice } from "../../ui/Notice";
import { Time } from "../../ui/Time";

/** What is shown could not be fetched anew. */
export function StaleNotice({ at }: { at: number }) {
  return (
    <div className="mb-4">
      <Notice tone="warn" title="What you see is old">
        It was last fetched <Time at={new Date(at).toISOString()} />. It is tried again by itself.
      </Notice>
    </div>
  );
}
