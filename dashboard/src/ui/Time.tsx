import { useNow } from "../lib/now";
import { age, dateTime, exactTime } from "../lib/format";

/** A moment in the reader's zone: how long ago, or the day and minute; to the second on hover. */
export function Time({ at, as = "age" }: { at: string; as?: "age" | "date" }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exactTime(at)} className="whitespace-nowrap tabular-nums">
      {as === "age" ? age(at, now) : dateTime(at, now)}
    </time>
  );
}
