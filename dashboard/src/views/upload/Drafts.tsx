import { CircleAlert, FileCheck, TriangleAlert, X } from "lucide-react";
import { bytes, plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import type { Verdict } from "./checks";
import { Fold } from "./Fold";
import type { Draft } from "./uploads";

export interface Judged {
  id: string;
  draft: Draft;
  verdict: Verdict;
}

/** Whether it goes when somebody says so. */
export function goes({ draft, verdict }: Judged): boolean {
  return verdict.kind === "fine" || (verdict.kind === "doubtful" && draft.anyway);
}

const ORDER = { refused: 0, doubtful: 1, fine: 2 };

interface Props {
  files: readonly Judged[];
  prefix: string;
  /** Nothing can go while the folder's name is wrong. */
  ready: boolean;
  upload: () => void;
  drop: (ids: ReadonlySet<string>) => void;
  sendAnyway: (ids: ReadonlySet<string>) => void;
}

/** The files that were chosen, with what is known to be wrong with them first. */
export function Drafts({ files, prefix, ready, upload, drop, sendAnyway }: Props) {
  const going = files.filter(goes);
  const size = going.reduce((sum, { draft }) => sum + draft.chosen.file.size, 0);
  const doubtful = files.filter((each) => each.verdict.kind === "doubtful" && !goes(each));
  const refused = files.filter(({ verdict }) => verdict.kind === "refused");
  const sorted = [...files].sort((a, b) => rank(a) - rank(b));
  return (
    <section aria-labelledby="chosen" className="card overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-line p-5">
        <div>
          <h2 id="chosen" className="text-lg font-semibold">
            {plural(files.length, "file")} chosen
          </h2>
          <p className="text-sm text-muted">{summary(going.length, doubtful.length, refused.length)}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {going.length > 0 && (
            <Button kind="primary" disabled={!ready} onClick={upload} className="break-all">
              {`Upload ${plural(going.length, "file")} (${bytes(size)}) to ${prefix}/`}
            </Button>
          )}
          {doubtful.length > 1 && (
            <Button onClick={() => sendAnyway(new Set(doubtful.map(({ id }) => id)))}>
              Include all {doubtful.length} doubtful ones
            </Button>
          )}
          <Button kind="quiet" onClick={() => drop(new Set(files.map(({ id }) => id)))}>
            Remove all
          </Button>
        </div>
      </div>
      <Fold items={sorted} label="Chosen files">
        {(each) => (
          <DraftRow
            file={each}
            drop={() => drop(new Set([each.id]))}
            sendAnyway={() => sendAnyway(new Set([each.id]))}
          />
        )}
      </Fold>
    </section>
  );
}

function rank(file: Judged): number {
  return goes(file) ? ORDER.fine : ORDER[file.verdict.kind];
}

function summary(going: number, doubtful: number, refused: number): string {
  return [
    going > 0 && `${plural(going, "file")} can go`,
    doubtful > 0 && `${doubtful} would be quarantined`,
    refused > 0 && `${refused} cannot be taken`,
  ]
    .filter((each) => typeof each === "string")
    .join(" · ");
}

interface RowProps {
  file: Judged;
  drop: () => void;
  sendAnyway: () => void;
}

function DraftRow({ file, drop, sendAnyway }: RowProps) {
  const { draft, verdict } = file;
  const { path, file: content } = draft.chosen;
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)_auto_auto] gap-x-3 py-2 pr-3 pl-5">
      <Sign file={file} />
      <div className="min-w-0 py-1.5">
        <p className="break-all">{path}</p>
        {verdict.why !== "" && (
          <p className={`text-sm break-words ${verdict.kind === "refused" ? "text-bad" : "text-warn"}`}>
            {verdict.why}
            {draft.anyway && " It goes anyway."}
          </p>
        )}
        {verdict.kind === "doubtful" && !draft.anyway && (
          <Button onClick={sendAnyway} aria-label={`Include anyway: ${path}`} className="mt-2 text-sm">
            Include anyway
          </Button>
        )}
      </div>
      <p className="figure py-2 text-sm text-muted">{bytes(content.size)}</p>
      <Button kind="quiet" onClick={drop} aria-label={`Remove ${path}`} className="self-start px-2">
        <X aria-hidden size={18} />
      </Button>
    </div>
  );
}

function Sign({ file }: { file: Judged }) {
  if (goes(file)) return <FileCheck aria-hidden size={18} className="mt-2.5 text-good" />;
  const Icon = file.verdict.kind === "refused" ? CircleAlert : TriangleAlert;
  return (
    <Icon
      aria-hidden
      size={18}
      className={`mt-2.5 ${file.verdict.kind === "refused" ? "text-bad" : "text-warn"}`}
    />
  );
}
