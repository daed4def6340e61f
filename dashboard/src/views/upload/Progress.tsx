import { Pause, Play, X } from "lucide-react";
import { bytes, count, duration, plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { timeLeft } from "./meter";
import { ProgressBar } from "./ProgressBar";
import type { Totals } from "./row";

interface Props {
  totals: Totals;
  speed: number | undefined;
  mayRead: boolean;
  pause: () => void;
  resume: () => void;
  cancel: () => void;
  clear: () => void;
}

/** All uploads together: how far they are, and what can be done with all. */
export function Progress({ totals, speed, mayRead, pause, resume, cancel, clear }: Props) {
  const { counts } = totals;
  const moving = counts.waiting + counts.sending;
  const unfinished = moving + counts.paused;
  return (
    <div className="space-y-3 p-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h2 id="uploads" className="text-lg font-semibold">
            {title(totals, mayRead)}
          </h2>
          <p className="min-h-5 text-sm text-muted tabular-nums">{pace(totals, speed)}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {moving > 0 && (
            <Button onClick={pause}>
              <Pause aria-hidden size={16} />
              Pause all
            </Button>
          )}
          {counts.paused > 0 && (
            <Button onClick={resume}>
              <Play aria-hidden size={16} />
              Resume all
            </Button>
          )}
          {unfinished > 0 && (
            <Button kind="quiet" onClick={cancel}>
              <X aria-hidden size={16} />
              Cancel all
            </Button>
          )}
          {unfinished === 0 && counts.done + counts.cancelled > 0 && (
            <Button kind="quiet" onClick={clear}>
              Clear the list
            </Button>
          )}
        </div>
      </div>
      <ProgressBar
        name="All uploads"
        done={totals.bytes > 0 ? totals.sentBytes : counts.sent + counts.done}
        of={totals.bytes > 0 ? totals.bytes : totals.files}
        tone={moving > 0 || unfinished === 0 ? "accent" : "quiet"}
        className="h-2"
      />
    </div>
  );
}

function title({ files, counts, bad }: Totals, mayRead: boolean): string {
  const moving = counts.waiting + counts.sending;
  const ended = counts.sent + counts.done;
  if (moving > 0) return `Uploading: ${count(ended)} of ${plural(files, "file")} sent`;
  if (counts.paused > 0) return `Paused: ${count(ended)} of ${plural(files, "file")} sent`;
  if (counts.sent > 0 && mayRead) return `Sent; ${plural(counts.sent, "file")} being checked`;
  if (bad > 0) return `Done: ${bad === 1 ? "1 file needs" : `${count(bad)} files need`} a look`;
  return files === 0 ? "Nothing to send" : `Done: ${plural(files, "file")}`;
}

function pace({ bytes: all, sentBytes, counts }: Totals, speed: number | undefined): string {
  const share = `${bytes(sentBytes)} of ${bytes(all)}`;
  if (counts.sending === 0) return share;
  const left = timeLeft(all - sentBytes, speed);
  return [
    share,
    ...(speed === undefined ? [] : [`${bytes(speed)}/s`]),
    ...(left === undefined || counts.paused > 0 ? [] : [`${duration(left)} left`]),
  ].join(" · ");
}
