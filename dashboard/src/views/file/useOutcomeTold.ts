import { useEffect, useRef } from "react";
import type { Schemas } from "../../api/client";
import { REASON, STATUS } from "../../lib/words";
import { visible } from "../../lib/visible";
import { useAnnounce } from "../../ui/Announcer";

const OUTCOMES: ReadonlySet<Schemas["Status"]> = new Set([
  "processed",
  "quarantined",
  "failed",
  "missing",
  "expired",
]);

/** Tells people who do not see it when the file has come to another outcome. */
export function useOutcomeTold({ fileName, status, reason, attemptCount }: Schemas["RecordView"]): void {
  const announce = useAnnounce();
  const seen = useRef(`${status} ${attemptCount}`);
  useEffect(() => {
    const now = `${status} ${attemptCount}`;
    if (seen.current === now) return;
    seen.current = now;
    if (!OUTCOMES.has(status)) return;
    const why = reason === undefined ? "" : `, ${REASON[reason].label.toLowerCase()}`;
    announce(`${visible(fileName)}: ${STATUS[status].label}${why}. Attempt ${attemptCount}.`);
  }, [announce, fileName, status, reason, attemptCount]);
}
