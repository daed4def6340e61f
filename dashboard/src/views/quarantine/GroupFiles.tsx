import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { filesPath, type Filters } from "../../lib/filters";
import { bytes } from "../../lib/format";
import { visible } from "../../lib/visible";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Name } from "../../ui/Name";
import { Skeleton } from "../../ui/Skeleton";
import { Time } from "../../ui/Time";
import { folderOf } from "../files/describe";
import { filtersOf, type Group, type Summary } from "./groups";
import { groupQuery } from "./queries";
import type { Selection } from "./useSelection";

/** So many files are shown: first, after one step, and at most. */
const STEPS = [5, 25, 100] as const;
const ROW = "grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 border-t border-line px-4 sm:px-5";
/** Each of these is as high before its files have come as it is with them. */
const CHOOSE_ALL = `${ROW} min-h-9 text-sm text-muted`;
const FILE = `${ROW} min-h-17 py-1.5 lg:min-h-12`;
const END = "flex min-h-13 flex-wrap items-center gap-x-6 border-t border-line px-4 py-1.5 text-sm sm:px-5";

interface Props {
  group: Group;
  filters: Filters;
  selection: Selection;
  label: string;
}

/** The newest files of a group, to be looked at or chosen. */
export function GroupFiles({ group, filters, selection, label }: Props) {
  const { api } = useSession();
  const [step, setStep] = useState(0);
  const limit = STEPS[step] ?? STEPS[0];
  const query = useQuery(groupQuery(api, group, filters, limit));
  if (query.isError && !query.data) {
    return (
      <div className="border-t border-line p-4">
        <ErrorNotice
          error={query.error}
          what="These files cannot be shown"
          tryAgain={() => void query.refetch()}
        />
      </div>
    );
  }
  const files = query.data?.items;
  if (!files) return <Loading rows={Math.min(group.files, limit)} />;
  const all = files.length > 0 && files.every(({ recordId }) => selection.has(recordId));
  const more = query.data?.nextCursor !== undefined && step < STEPS.length - 1;
  return (
    <>
      {files.length > 1 && (
        <label className={CHOOSE_ALL}>
          <input
            type="checkbox"
            checked={all}
            onChange={() => selection.set(files, !all)}
            className="size-5 accent-accent"
          />
          <span>{`Choose these ${files.length}`}</span>
          <span>Arrived</span>
        </label>
      )}
      <ul aria-label={`Newest files: ${label}`}>
        {files.map((file) => (
          <FileRow key={file.recordId} file={file} selection={selection} />
        ))}
      </ul>
      <div className={END}>
        {more && (
          <Button
            kind="quiet"
            className="-ml-3.5"
            busy={query.isPlaceholderData}
            onClick={() => setStep(step + 1)}
          >
            Show more
          </Button>
        )}
        <Link className="link inline-block py-2" to={filesPath(filtersOf(group, filters))}>
          Show all in the list of files
        </Link>
      </div>
    </>
  );
}

function FileRow({ file, selection }: { file: Summary; selection: Selection }) {
  const { recordId, fileName, objectKey, sizeBytes, arrivedAt, createdAt } = file;
  return (
    <li className={FILE}>
      <label className="-m-2 grid size-9 place-items-center max-sm:row-span-2">
        <input
          type="checkbox"
          checked={selection.has(recordId)}
          onChange={(event) => selection.set([file], event.target.checked)}
          className="size-5 accent-accent"
        />
        <span className="sr-only">Choose {fileName}</span>
      </label>
      <div className="min-w-0 max-sm:contents lg:flex lg:items-baseline lg:gap-4">
        <Link
          className="link block truncate py-1 *:whitespace-pre max-sm:col-span-2 lg:max-w-[60%] lg:shrink-0"
          to={`/files/${recordId}`}
          title={visible(fileName)}
        >
          <Name>{fileName}</Name>
        </Link>
        <span className="block truncate text-sm text-muted *:whitespace-pre" title={objectKey}>
          <Name>{folderOf(file)}</Name>
        </span>
      </div>
      <div className="figure flex gap-4 text-sm text-muted">
        {sizeBytes !== undefined && <span>{bytes(sizeBytes)}</span>}
        <span className="sm:min-w-24">
          <Time at={arrivedAt ?? createdAt} />
        </span>
      </div>
    </li>
  );
}

function Loading({ rows }: { rows: number }) {
  return (
    <div aria-hidden>
      {rows > 1 && (
        <div className={CHOOSE_ALL}>
          <Skeleton className="size-5" />
        </div>
      )}
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={FILE}>
          <Skeleton className="size-5" />
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
      <div className={END}>
        <Skeleton className="h-4 w-48" />
      </div>
    </div>
  );
}
