import { memo } from "react";
import { Link } from "react-router";
import { bytes, duration } from "../../lib/format";
import { typeLabel } from "../../lib/mediaTypes";
import { visible } from "../../lib/visible";
import { REASON } from "../../lib/words";
import { StatusBadge } from "../../ui/StatusBadge";
import { Time } from "../../ui/Time";
import { folderOf } from "./describe";
import type { Summary } from "./list";

/** From `md` on, columns; below, each row is two lines: name and age, then the state and what the file is. */
export const COLUMNS =
  "flex flex-col justify-center gap-y-1 px-4 md:grid md:items-center md:gap-x-4 md:px-5 " +
  "md:grid-cols-[minmax(0,1fr)_9.5rem_5rem_5.5rem_5rem_7rem] " +
  "xl:grid-cols-[minmax(0,1fr)_19rem_7rem_6rem_6rem_8rem]";
const LINE = "flex min-w-0 items-center gap-x-3 md:contents";

interface Props {
  record: Summary;
  /** In the table, the head being the first. */
  rowIndex: number;
  top: number;
  height: number;
  /** Is told that the row has the focus, and when it has it no more. */
  onFocused: (recordId: string | undefined) => void;
}

/** One file. Its name is the link, and reaches over the whole row. */
export const FileRow = memo(function FileRow({ record, rowIndex, top, height, onFocused }: Props) {
  const { recordId, fileName, status, reason, mediaType, sizeBytes, durationMs, createdAt } = record;
  const folder = folderOf(record);
  // Where there is little room, a reason is worth more than these.
  const least = reason === undefined ? "" : "hidden md:block";
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      style={{ height, transform: `translateY(${top}px)` }}
      className={`${COLUMNS} absolute inset-x-0 top-0 border-b border-line hover:bg-sunken has-[a:focus-visible]:bg-sunken`}
    >
      <div role="presentation" className={LINE}>
        <div role="cell" className="min-w-0 flex-1">
          <Link
            to={`/files/${recordId}`}
            title={visible(record.objectKey)}
            onFocus={() => onFocused(recordId)}
            onBlur={() => onFocused(undefined)}
            className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            <bdi>{visible(fileName)}</bdi>
          </Link>
          {folder !== "" && (
            <span className="hidden truncate text-sm leading-tight text-muted md:block">
              <bdi>{visible(folder)}</bdi>
            </span>
          )}
        </div>
        <div role="cell" className="figure text-sm text-muted md:order-last md:text-base">
          <Time at={createdAt} />
        </div>
      </div>
      <div role="presentation" className={`${LINE} text-sm text-muted md:text-base`}>
        <div role="cell" className="flex min-w-0 flex-1 items-center gap-x-2 md:flex-wrap xl:flex-nowrap">
          <StatusBadge status={status} calm />
          {reason !== undefined && (
            <span className="min-w-0 truncate text-sm" title={REASON[reason].advice}>
              {REASON[reason].label}
            </span>
          )}
        </div>
        <div role="cell" className={`min-w-0 truncate ${least}`}>
          {mediaType !== undefined && <span title={mediaType}>{typeLabel(mediaType)}</span>}
        </div>
        <div role="cell" className="figure md:text-text">
          {sizeBytes !== undefined && bytes(sizeBytes)}
        </div>
        <div role="cell" className={`figure ${least}`}>
          {durationMs !== undefined && duration(durationMs)}
        </div>
      </div>
    </div>
  );
});
