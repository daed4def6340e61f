import { Skeleton } from "../../ui/Skeleton";

/** Keeps the places of what is on its way. */
export function OverviewSkeleton({ bound }: { bound: boolean }) {
  const tiles = bound ? 3 : 4;
  return (
    <div role="status" aria-label="The overview is being read" className="space-y-4">
      <Skeleton className="h-[6rem] rounded-xl" />
      <div className={`grid gap-3 sm:gap-4 ${bound ? "sm:grid-cols-3" : "grid-cols-2 lg:grid-cols-4"}`}>
        {Array.from({ length: tiles }, (_, index) => (
          <Skeleton key={index} className="h-[8.9rem] rounded-xl" />
        ))}
      </div>
      {!bound && <Skeleton className="h-[6rem] rounded-xl" />}
      <div className={`grid gap-4 ${bound ? "lg:grid-cols-2" : "xl:grid-cols-[minmax(22rem,1fr)_2fr]"}`}>
        <Skeleton className="h-[28rem] rounded-xl" />
        <Skeleton className="h-[28rem] rounded-xl" />
      </div>
    </div>
  );
}
