import { FileSearch, Inbox } from "lucide-react";
import { Link } from "react-router";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";

interface Props {
  isFiltered: boolean;
  clear: () => void;
}

/** Instead of the list: nothing came yet, or nothing is so. */
export function Nothing({ isFiltered, clear }: Props) {
  const { access, can } = useSession();
  if (isFiltered) {
    return (
      <EmptyState
        icon={FileSearch}
        title="No file matches these filters"
        action={<Button onClick={clear}>Clear all filters</Button>}
      >
        New files appear here as soon as one does.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Inbox}
      title={access.prefix === undefined ? "No files yet" : `No files in ${access.prefix}/ yet`}
      action={
        can("upload") && (
          <Link className="link" to="/upload">
            Upload the first one
          </Link>
        )
      }
    >
      <p>Each file that arrives appears here by itself, with its state and what is wrong with it.</p>
      {access.prefix === undefined && (
        <>
          <p className="mt-3">Whoever has access to the bucket may also put files there:</p>
          <code className="mt-1 block rounded-md bg-sunken px-3 py-2 text-left text-sm break-words text-text">
            aws s3 cp orders.csv s3://INCOMING_BUCKET/orders/
          </code>
        </>
      )}
    </EmptyState>
  );
}
