import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import type { Note } from "./notes";

const MOST_NAMED = 5;

interface Props {
  notes: readonly Note[];
  forget: () => void;
}

/** What was on its way when the page was left: a browser keeps no files, so somebody has to choose them again. */
export function Unfinished({ notes, forget }: Props) {
  const rest = notes.length - MOST_NAMED;
  const names = notes.slice(0, MOST_NAMED).map((note) => note.path);
  const more = rest > 0 ? ` and ${rest} more` : "";
  return (
    <Notice
      tone="warn"
      title={`${plural(notes.length, "unfinished upload")}: choose the same files again to go on`}
      action={<Button onClick={forget}>Give them up</Button>}
    >
      {names.join(", ")}
      {more}. What S3 has of them is not sent again.
    </Notice>
  );
}
