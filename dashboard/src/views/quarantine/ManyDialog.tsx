import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode, type SyntheticEvent } from "react";
import { useNavigate } from "react-router";
import { WhyField } from "../../actions/WhyField";
import { AGAIN } from "../../actions/again";
import type { Filters } from "../../lib/filters";
import { plural } from "../../lib/format";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { FilterFacts } from "./FilterFacts";
import type { WaitingStatus } from "./groups";
import { intents } from "../../actions/intent";
import { begun, wantedOf, type Matching } from "./matching";
import { matchingQuery } from "./queries";
import type { Act } from "./selected";

/** What somebody wants to do with all files that a filter finds. */
export interface Asked {
  act: Act;
  status: WaitingStatus;
  filters: Filters;
}

const WORDS: Record<Act, { title: string; does: string; wrong: string; will: ReactNode }> = {
  retry: {
    title: "Retry all of these files?",
    does: "Retry",
    wrong: "The files could not be retried",
    will: "Each is worked on again. A file that passes goes back to where it came in; one that does not stays here, with one more attempt in its history. So mend the cause first.",
  },
  discard: {
    title: "Discard all of these files?",
    does: "Discard",
    wrong: "The files could not be discarded",
    will: "Their bytes are deleted from the quarantine and cannot be retried or downloaded any more. Their records stay, and say who did it and why.",
  },
};

interface Props extends Asked {
  onClose: () => void;
}

/** Says how many files match, asks for confirmation and a reason, and begins the operation. */
export function ManyDialog({ act, status, filters, onClose }: Props) {
  const { api } = useSession();
  const navigate = useNavigate();
  const [why, setWhy] = useState("");
  const [intentOf] = useState(intents);
  const [opened] = useState(() => crypto.randomUUID());
  const counted = useQuery(matchingQuery(api, filters, opened));
  const begin = useMutation({
    ...AGAIN,
    mutationFn: ({ items }: Matching) => {
      const wanted = wantedOf(filters, items, why);
      return begun(api, act, status, wanted, intentOf({ act, status, wanted }));
    },
    onSuccess: ({ operationId }, { items }) => navigate(`/operations/${operationId}?of=${items.length}`),
  });
  const { title, does, wrong, will } = WORDS[act];
  const matching = counted.data;
  const none = matching?.items.length === 0;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (matching && !none && !begin.isPending) begin.mutate(matching);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="space-y-4">
        <div className="rounded-lg bg-sunken px-4 py-3">
          <p role="status" className="text-lg font-semibold tabular-nums">
            {howMany(matching)}
          </p>
          <FilterFacts filters={filters} />
        </div>
        <p>{will}</p>
        <WhyField value={why} onChange={setWhy} />
        {counted.error && (
          <ErrorNotice
            error={counted.error}
            what="The files could not be counted"
            tryAgain={() => void counted.refetch()}
          />
        )}
        {begin.error && <ErrorNotice error={begin.error} what={wrong} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            kind={act === "retry" ? "primary" : "danger"}
            busy={begin.isPending}
            disabled={!matching || none}
          >
            {matching?.complete && !none ? `${does} ${plural(matching.items.length, "file")}` : does}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function howMany(matching: Matching | undefined): string {
  if (!matching) return "Counting…";
  if (matching.items.length === 0) return "No file matches any more";
  const files = plural(matching.items.length, "file");
  return matching.complete ? files : `At least ${files}`;
}
