import { FileQuestion } from "lucide-react";
import { Link, useRouteError } from "react-router";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { Notice } from "../ui/Notice";
import { Page } from "../ui/Page";

/** Where a view broke, or a part of the page could not be fetched: after a deployment its name is another. */
export function Broken() {
  const error = useRouteError();
  return (
    <div className="p-6">
      <Notice
        tone="bad"
        title="This view cannot be shown"
        action={<Button onClick={() => window.location.reload()}>Load the page again</Button>}
      >
        {error instanceof Error ? error.message : "Something unexpected happened."}
      </Notice>
    </div>
  );
}

export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState
        icon={FileQuestion}
        title="There is nothing at this address"
        action={
          <Link className="link" to="/overview">
            Go to the overview
          </Link>
        }
      />
    </Page>
  );
}
