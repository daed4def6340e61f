import { ChevronLeft, ChevronRight } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { count } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Name } from "../../ui/Name";
import { Scroller } from "../../ui/Scroller";
import { figure, figuresOf, named, percent, share, type Column, type ProfileParts } from "./profile";

const PAGE = 50;
/** With fewer columns than these there is nothing to look for. */
const SEARCHED_FROM = 12;

/** The columns of a table, so many at a time. */
export function ColumnsTable({ parts }: { parts: ProfileParts }) {
  const [wanted, setWanted] = useState("");
  const [page, setPage] = useState(0);
  const found = useMemo(() => named(parts.columns, wanted), [parts.columns, wanted]);
  const figures = useMemo(() => figuresOf(parts.columns), [parts.columns]);
  const first = Math.min(page * PAGE, Math.max(0, Math.floor((found.length - 1) / PAGE) * PAGE));
  const shown = found.slice(first, first + PAGE);
  return (
    <div className="border-t border-line">
      {parts.columns.length >= SEARCHED_FROM && (
        <Search
          wanted={wanted}
          search={(text) => {
            setWanted(text);
            setPage(0);
          }}
        />
      )}
      {shown.length > 0 ? (
        <Scroller label="Columns" className="px-1 sm:px-2">
          <table className="table">
            <thead>
              <tr>
                <th scope="col" className="text-right!">
                  #
                </th>
                <th scope="col">Column</th>
                <th scope="col">Type</th>
                {figures.has("nulls") && <th scope="col">Empty</th>}
                {figures.has("distinct") && <th scope="col">Distinct, about</th>}
                {figures.has("min") && <th scope="col">Range</th>}
                {figures.has("mean") && (
                  <th scope="col" className="text-right!">
                    Mean
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {shown.map((column) => (
                <Row key={column.number} column={column} rows={parts.rows} figures={figures} />
              ))}
            </tbody>
          </table>
        </Scroller>
      ) : (
        <p className="px-4 py-6 text-center text-muted">No column has this in its name.</p>
      )}
      <Pages first={first} found={found.length} parts={parts} go={(to) => setPage(to)} />
    </div>
  );
}

function Search({ wanted, search }: { wanted: string; search: (text: string) => void }) {
  const field = useId();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 sm:px-5">
      <label htmlFor={field} className="text-sm text-muted">
        Find a column
      </label>
      <input
        id={field}
        type="search"
        value={wanted}
        onChange={(event) => search(event.target.value)}
        className="field w-64 max-w-full"
        spellCheck={false}
      />
    </div>
  );
}

interface RowProps {
  column: Column;
  rows: number | undefined;
  figures: Set<keyof Column>;
}

function Row({ column, rows, figures }: RowProps) {
  const filled = rows === undefined || column.nulls === undefined ? rows : rows - column.nulls;
  return (
    <tr>
      <td className="figure text-muted">{column.number}</td>
      <th scope="row">
        <span className="line-clamp-3 max-w-64 min-w-28">
          <Name>{column.name}</Name>
        </span>
      </th>
      <td title={column.storedType} className="whitespace-nowrap">
        {column.type}
      </td>
      {figures.has("nulls") && (
        <td>
          <Bar value={column.nulls} of={rows} fill="fill-warn-fill" />
        </td>
      )}
      {figures.has("distinct") && (
        <td>
          <Bar value={column.distinct} of={filled} fill="fill-info-fill" />
        </td>
      )}
      {figures.has("min") && (
        <td>
          <Range from={column.min} to={column.max} />
        </td>
      )}
      {figures.has("mean") && <td className="figure">{column.mean !== undefined && figure(column.mean)}</td>}
    </tr>
  );
}

/** A count, and a bar for its share. */
function Bar({ value, of, fill }: { value: number | undefined; of: number | undefined; fill: string }) {
  if (value === undefined) return null;
  const part = share(value, of);
  return (
    <span className="block min-w-24">
      <span className="flex justify-between gap-3 tabular-nums">
        <span className={value === 0 ? "text-muted" : ""}>{count(value)}</span>
        {part !== undefined && value > 0 && <span className="text-sm text-muted">{percent(part)}</span>}
      </span>
      {part !== undefined && (
        <svg
          aria-hidden
          viewBox="0 0 100 4"
          preserveAspectRatio="none"
          className="mt-0.5 h-1 w-full rounded-full"
        >
          <rect width="100" height="4" className="fill-sunken" />
          <rect width={part * 100} height="4" className={fill} />
        </svg>
      )}
    </span>
  );
}

/** From the least to the greatest value; one that is both stands there once. */
function Range({ from, to }: { from: string | undefined; to: string | undefined }) {
  if (from === undefined || to === undefined) return null;
  return (
    <span
      className="line-clamp-4 max-w-80 min-w-32 tabular-nums"
      title={from === to ? from : `${from} – ${to}`}
    >
      <Name>{from}</Name>
      {from !== to && (
        <>
          {" – "}
          <Name>{to}</Name>
        </>
      )}
    </span>
  );
}

interface PagesProps {
  first: number;
  found: number;
  parts: ProfileParts;
  go: (page: number) => void;
}

function Pages({ first, found, parts, go }: PagesProps) {
  const undescribed = parts.columnCount - parts.columns.length;
  if (found <= PAGE && undescribed <= 0) return null;
  const page = first / PAGE;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-2 text-sm text-muted sm:px-5">
      <p role="status">
        {found > 0 && `${count(first + 1)} to ${count(Math.min(first + PAGE, found))} of ${count(found)}`}
        {undescribed > 0 && ` (of ${count(undescribed)} more only the number is known)`}
      </p>
      {found > PAGE && (
        <div className="flex gap-2">
          <Button onClick={() => go(page - 1)} disabled={page === 0} aria-label="Columns before">
            <ChevronLeft aria-hidden size={18} />
          </Button>
          <Button onClick={() => go(page + 1)} disabled={first + PAGE >= found} aria-label="Columns after">
            <ChevronRight aria-hidden size={18} />
          </Button>
        </div>
      )}
    </div>
  );
}
