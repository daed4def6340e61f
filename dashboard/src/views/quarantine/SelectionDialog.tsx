import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { WhyField } from "../../actions/WhyField";
import { plural } from "../../lib/format";
import { useSession } from "../../session/session";
import { useAnnounce } from "../../ui/Announcer";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Name } from "../../ui/Name";
import { Notice } from "../../ui/Notice";
import type { Summary } from "./groups";
import { intents } from "../../actions/intent";
import { actOn, forEachOf, type Act } from "./selected";

const MOST_NAMED = 5;
const WORDS = {
  retry: {
    does: "Retry",
    done: "are being tried again",
    will: "Each is worked on again. A file that passes goes back to where it came in; one that does not stays here.",
  },
  discard: {
    does: "Discard",
    done: "are discarded",
    will: "Their bytes are deleted from the quarantine and cannot be retried or downloaded any more. Their records stay, and say who did it and why.",
  },
};

interface Props {
  act: Act;
  files: readonly Summary[];
  /** Is told for which files it was done. */
  done: (ids: ReadonlySet<string>) => void;
  onClose: () => void;
}

/** Asks for confirmation and a reason, then does it file by file; stays open for those that were refused. */
export function SelectionDialog({ act, files: chosen, done, onClose }: Props) {
  const { api } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [why, setWhy] = useState("");
  const [intentOf] = useState(intents);
  const [files] = useState(chosen);
  const [made, setMade] = useState(0);
  const run = useMutation({
    mutationFn: () =>
      forEachOf(
        files.map(({ recordId }) => recordId),
        (recordId) => actOn(api, act, recordId, why, intentOf({ act, recordId, why })),
        setMade,
      ),
    onSuccess: (refused) => {
      const not = new Set(refused.map(({ recordId }) => recordId));
      const ids = files.map(({ recordId }) => recordId).filter((id) => !not.has(id));
      done(new Set(ids));
      announce(`${plural(ids.length, "file")} ${WORDS[act].done}`);
      void queries.invalidateQueries({ queryKey: ["records"] });
      void queries.invalidateQueries({ queryKey: ["record"] });
      void queries.invalidateQueries({ queryKey: ["overview"] });
      if (refused.length === 0) onClose();
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!run.isPending) run.mutate();
  };
  const { does, will } = WORDS[act];
  const title = `${does} ${plural(files.length, "file")}?`;
  const nameOf = (id: string) => files.find(({ recordId }) => recordId === id)?.fileName ?? id;
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="space-y-4">
        <ul className="rounded-lg bg-sunken px-4 py-3">
          {files.slice(0, MOST_NAMED).map(({ recordId, fileName }) => (
            <li key={recordId}>
              <Name>{fileName}</Name>
            </li>
          ))}
          {files.length > MOST_NAMED && <li>{`and ${files.length - MOST_NAMED} more`}</li>}
        </ul>
        {run.data ? (
          <Notice tone="warn" title={`Not done for ${plural(run.data.length, "file")}`}>
            <ul className="mt-1 list-disc space-y-1 pl-5">
              {run.data.map(({ recordId, because }) => (
                <li key={recordId}>
                  <Name>{nameOf(recordId)}</Name>: {because}
                </li>
              ))}
            </ul>
          </Notice>
        ) : (
          <>
            <p>{will}</p>
            <WhyField value={why} onChange={setWhy} />
          </>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          {run.isPending && (
            <p role="status" className="mr-auto text-muted tabular-nums">{`${made} of ${files.length}`}</p>
          )}
          <Button onClick={onClose}>{run.data ? "Close" : "Cancel"}</Button>
          {!run.data && (
            <Button type="submit" kind={act === "retry" ? "primary" : "danger"} busy={run.isPending}>
              {`${does} ${plural(files.length, "file")}`}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
