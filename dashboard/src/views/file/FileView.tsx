import { useQuery } from "@tanstack/react-query";
import { FileQuestion } from "lucide-react";
import { useParams } from "react-router";
import { recordQuery } from "../../api/queries";
import { ApiProblem } from "../../api/problem";
import { useSession } from "../../session/session";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Page } from "../../ui/Page";
import { BackLink } from "./BackLink";
import { FilePage } from "./FilePage";
import { FileSkeleton } from "./FileSkeleton";

/** One file: what is known of it, what happened to it, and what can be done. */
export function Component() {
  const { recordId = "" } = useParams();
  return (
    <>
      <BackLink />
      <OneFile key={recordId} recordId={recordId} />
    </>
  );
}

function OneFile({ recordId }: { recordId: string }) {
  const { api } = useSession();
  const { data, error, dataUpdatedAt, refetch } = useQuery(recordQuery(api, recordId));
  // An id that none can be is as unknown as any other.
  if (error instanceof ApiProblem && (error.status === 404 || error.status === 422)) return <Unknown />;
  if (data)
    return <FilePage record={data} error={error} readAt={dataUpdatedAt} readAgain={() => void refetch()} />;
  if (!error) return <FileSkeleton />;
  return (
    <Page title="File">
      <ErrorNotice error={error} what="The file cannot be shown" tryAgain={() => void refetch()} />
    </Page>
  );
}

function Unknown() {
  const { access } = useSession();
  return (
    <Page title="No such file">
      <div className="card">
        <EmptyState icon={FileQuestion} title="There is no file with this id">
          {access.prefix === undefined
            ? "The address may be cut off, or the record may have been removed."
            : `Your key sees what lies under ${access.prefix}/ and nothing else. The file may lie elsewhere, or the address may be cut off.`}
        </EmptyState>
      </div>
    </Page>
  );
}
