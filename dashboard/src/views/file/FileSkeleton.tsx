import { Page } from "../../ui/Page";
import { Skeleton } from "../../ui/Skeleton";

/** The places of what is on its way. */
export function FileSkeleton() {
  return (
    <Page
      title="File"
      heading={
        <>
          <span className="sr-only">File</span>
          <Skeleton className="h-9 w-72 max-w-full" />
        </>
      }
      about={<Skeleton className="h-6 w-56" />}
    >
      <div aria-busy className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <Skeleton className="h-96 rounded-xl" />
        <Skeleton className="h-80 rounded-xl" />
      </div>
    </Page>
  );
}
