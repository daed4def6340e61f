import { Skeleton } from "../../ui/Skeleton";
import { COLUMNS } from "./FileRow";
import { TableHead } from "./TableHead";
import { useRowHeight } from "./useRowHeight";

const ROWS = 12;

/** The list before it has come. */
export function FilesSkeleton() {
  const height = useRowHeight();
  return (
    <div className="card">
      <p className="sr-only">The files are loading.</p>
      <div aria-hidden>
        <TableHead />
        {Array.from({ length: ROWS }, (_, row) => (
          <div key={row} style={{ height }} className={`${COLUMNS} border-b border-line`}>
            <Skeleton className="h-4 w-3/5 md:w-48" />
            <Skeleton className="h-5 w-28" />
            <Skeleton className="hidden h-4 w-12 md:block" />
            <Skeleton className="ml-auto hidden h-4 w-14 md:block" />
            <Skeleton className="ml-auto hidden h-4 w-12 md:block" />
            <Skeleton className="ml-auto hidden h-4 w-20 md:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
