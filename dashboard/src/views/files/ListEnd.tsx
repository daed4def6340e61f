import { count } from "../../lib/format";
import { Button } from "../../ui/Button";
import { ErrorNotice } from "../../ui/ErrorNotice";

interface Props {
  shown: number;
  isWhole: boolean;
  /** Nobody goes on by themselves: a person is asked. */
  isWaiting: boolean;
  error: Error | null;
  goOn: () => void;
}

/** Below the last row: more is coming, that is all, or nobody knows yet. */
export function ListEnd({ shown, isWhole, isWaiting, error, goOn }: Props) {
  if (error) {
    return (
      <div className="p-4">
        <ErrorNotice error={error} what="Older files cannot be shown" tryAgain={goOn} />
      </div>
    );
  }
  if (isWaiting) {
    return (
      <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 px-4 py-3 text-muted">
        <p>
          {shown === 0 ? "Nothing found so far." : "Nothing more found so far."} There are older files to look
          through.
        </p>
        <Button onClick={goOn}>Search further</Button>
      </div>
    );
  }
  return (
    <p className="grid min-h-14 place-items-center px-4 text-sm text-muted">
      {isWhole ? endOf(shown) : shown === 0 ? "Searching older files …" : "Loading older files …"}
    </p>
  );
}

function endOf(shown: number): string {
  return shown === 1 ? "This is the only file." : `That is all: ${count(shown)} files.`;
}
