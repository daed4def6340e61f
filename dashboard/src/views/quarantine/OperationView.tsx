import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileQuestion, LockKeyhole } from "lucide-react";
import { useEffect } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { ApiProblem } from "../../api/problem";
import { REASON, type Reason } from "../../lib/words";
import { useSession } from "../../session/session";
import { useAnnounce } from "../../ui/Announcer";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Page } from "../../ui/Page";
import { Skeleton } from "../../ui/Skeleton";
import { Time } from "../../ui/Time";
import { DeadLetterList } from "./DeadLetterList";
import { OperationFacts } from "./OperationFacts";
import { OperationProgress } from "./OperationProgress";
import { progressOf, sentenceOf, type Operation } from "./progress";
import { operationQuery } from "./queries";
import { StaleNotice } from "./StaleNotice";

export function Component() {
  const { operationId = "" } = useParams();
  const { can } = useSession();
  if (can("read")) return <OperationPage key={operationId} operationId={operationId} />;
  return (
    <Page title="Operation">
      <div className="card">
        <EmptyState icon={LockKeyhole} title="Your key does not open this view">
          It needs the scope <code>read</code>.
        </EmptyState>
      </div>
    </Page>
  );
}

function OperationPage({ operationId }: { operationId: string }) {
  const { api } = useSession();
  const query = useQuery(operationQuery(api, operationId));
  const operation = query.data;
  if (operation) {
    return (
      <Page title={titleOf(operation)} about={<About operation={operation} />}>
        {query.isError && <StaleNotice at={query.dataUpdatedAt} />}
        <Told operation={operation} />
      </Page>
    );
  }
  return (
    <Page title="Operation" about={<Skeleton className="mt-1 h-5 w-64" />}>
      {!query.error && <Skeleton className="h-56" />}
      {query.error && isNotFound(query.error) && <Unknown />}
      {query.error && !isNotFound(query.error) && (
        <ErrorNotice
          error={query.error}
          what="The operation cannot be shown"
          tryAgain={() => void query.refetch()}
        />
      )}
    </Page>
  );
}

function Told({ operation }: { operation: Operation }) {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [address] = useSearchParams();
  const expected = Number(address.get("of")) || 0;
  const progress = progressOf(operation, expected);
  const sentence = sentenceOf(operation, progress);
  const { finished } = progress;
  useEffect(() => {
    if (!finished) return;
    announce(`Finished. ${sentence}`);
    void queries.invalidateQueries({ queryKey: ["records"] });
    void queries.invalidateQueries({ queryKey: ["overview"] });
  }, [finished, sentence, announce, queries]);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="space-y-4">
        <OperationProgress operation={operation} progress={progress} sentence={sentence} />
        {operation.kind === "redrive" && finished && <DeadLetterList operation={operation} />}
      </div>
      <OperationFacts operation={operation} />
    </div>
  );
}

function About({ operation: { createdAt, state } }: { operation: Operation }) {
  return (
    <>
      {state === "finished" ? "Finished. Begun " : "It goes on when you leave this page. Begun "}
      <Time at={createdAt} />.
    </>
  );
}

function Unknown() {
  return (
    <div className="card">
      <EmptyState
        icon={FileQuestion}
        title="There is no such operation"
        action={
          <Link className="link" to="/quarantine">
            Go to the quarantine
          </Link>
        }
      >
        Operations are kept for 90 days. A key that is bound to a prefix sees those that it began itself.
      </EmptyState>
    </div>
  );
}

function titleOf({ kind, wanted }: Operation): string {
  if (kind === "redrive") return wanted.dryRun === true ? "Look at dead letters" : "Move dead letters back";
  const verb = kind === "retry" ? "Retry" : "Discard";
  const { reason } = wanted;
  return isReason(reason) ? `${verb} all: ${REASON[reason].label}` : `${verb} all that matched`;
}

function isReason(value: unknown): value is Reason {
  return typeof value === "string" && Object.hasOwn(REASON, value);
}

function isNotFound(error: Error): boolean {
  // An id that is none is no request of the document's.
  return error instanceof ApiProblem && (error.status === 404 || error.status === 422);
}
