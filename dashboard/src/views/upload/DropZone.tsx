import { CloudUpload, FolderOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/Button";
import { fromDrop, fromInput, type Dropped } from "./chosen";

interface Props {
  /** Smaller, where the files are what counts. */
  compact: boolean;
  take: (dropped: Dropped) => void;
}

/** Takes files and folders: chosen by a button, or dropped anywhere on the page. */
export function DropZone({ compact, take }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const over = useDrops(take);
  const chosen = (input: HTMLInputElement) => {
    take({ chosen: fromInput(input.files ?? []), unreadable: [] });
    // The same file may be chosen again.
    input.value = "";
  };
  return (
    <div
      className={`rounded-xl border-2 border-dashed transition-colors ${compact ? "sm:flex sm:items-stretch" : ""} ${over ? "border-accent bg-accent-soft" : "border-line-strong bg-surface"}`}
    >
      <button
        type="button"
        onClick={() => files.current?.click()}
        className={`flex w-full items-center justify-center gap-x-4 gap-y-2 rounded-xl px-6 text-center hover:bg-sunken ${compact ? "py-4" : "flex-col pt-12 pb-6"}`}
      >
        <CloudUpload
          aria-hidden
          size={compact ? 24 : 40}
          strokeWidth={1.5}
          className="shrink-0 text-accent"
        />
        <span>
          {over ? (
            <span className="block font-medium">Let go to choose them</span>
          ) : (
            <span className="block font-medium">
              Drop files or folders here, or <span className="link">choose files</span>
            </span>
          )}
          {!compact && (
            <span className="block text-sm text-muted">
              Nothing is sent before you have looked them over.
            </span>
          )}
        </span>
      </button>
      <div className={`flex shrink-0 items-center justify-center ${compact ? "px-3 pb-3 sm:pb-0" : "pb-10"}`}>
        <Button kind={compact ? "quiet" : "plain"} onClick={() => folder.current?.click()}>
          <FolderOpen aria-hidden size={17} />
          Choose a folder
        </Button>
      </div>
      <input ref={files} type="file" multiple hidden onChange={({ target }) => chosen(target)} />
      <input
        ref={(input) => {
          folder.current = input;
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        onChange={({ target }) => chosen(target)}
      />
    </div>
  );
}

/** Whether files are being dragged over the page; what is dropped beside the zone would otherwise be opened. */
function useDrops(take: (dropped: Dropped) => void): boolean {
  const [over, setOver] = useState(false);
  const taking = useRef(take);
  useEffect(() => {
    taking.current = take;
  });
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(false);
      void fromDrop(event.dataTransfer).then((dropped) => taking.current(dropped));
    };
    document.addEventListener("dragover", drag);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", drag);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, []);
  return over;
}
