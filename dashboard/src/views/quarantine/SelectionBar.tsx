import { RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import type { Act } from "./selected";
import { SelectionDialog } from "./SelectionDialog";
import type { Selection } from "./useSelection";

/** What can be done with the files that were chosen one by one. It stays in sight. */
export function SelectionBar({ selection }: { selection: Selection }) {
  const [act, setAct] = useState<Act | null>(null);
  const { files, clear } = selection;
  const discardable = files.filter(({ status }) => status === "quarantined");
  return (
    <>
      {files.length > 0 && (
        <section
          aria-label="Chosen files"
          className="card sticky bottom-[4.5rem] z-10 mt-4 flex flex-wrap items-center gap-2 px-4 py-3 shadow-high md:bottom-4"
        >
          <p role="status" className="mr-auto w-full font-medium sm:w-auto">
            {`${plural(files.length, "file")} chosen`}
          </p>
          <Button onClick={() => setAct("retry")}>
            <RotateCw aria-hidden size={16} />
            {`Retry ${files.length}…`}
          </Button>
          {discardable.length > 0 && (
            <Button onClick={() => setAct("discard")}>
              <Trash2 aria-hidden size={16} />
              {`Discard ${discardable.length}…`}
            </Button>
          )}
          <Button kind="quiet" onClick={clear}>
            Clear
          </Button>
        </section>
      )}
      {act && (
        <SelectionDialog
          act={act}
          files={act === "retry" ? files : discardable}
          done={(ids) =>
            selection.set(
              files.filter(({ recordId }) => ids.has(recordId)),
              false,
            )
          }
          onClose={() => setAct(null)}
        />
      )}
    </>
  );
}
