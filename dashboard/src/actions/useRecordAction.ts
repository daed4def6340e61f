import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { dataOf, type Api, type Schemas } from "../api/client";
import { recordQuery } from "../api/queries";
import { visible } from "../lib/visible";
import { useSession } from "../session/session";
import { useAnnounce } from "../ui/Announcer";
import { AGAIN } from "./again";

export type RecordAct = "retry" | "discard";
export type ActedOn = Pick<Schemas["RecordSummary"], "recordId" | "fileName">;

const DONE: Record<RecordAct, string> = {
  retry: "is being tried again",
  discard: "is discarded",
};

/** Has a file tried again: `mutate` takes the reason. One intent for as long as the component lives. */
export function useRetry(record: ActedOn) {
  return useRecordAction("retry", record);
}

/** Throws a quarantined file away, likewise. */
export function useDiscard(record: ActedOn) {
  return useRecordAction("discard", record);
}

export function useRecordAction(act: RecordAct, { recordId, fileName }: ActedOn) {
  const { api } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  // Repeated clicks and lost answers are one request to the API.
  const [intent] = useState(() => crypto.randomUUID());
  return useMutation({
    ...AGAIN,
    mutationFn: (why: string) => asked(api, act, recordId, why.trim(), intent),
    onSuccess: async (record) => {
      const { queryKey } = recordQuery(api, recordId);
      // A poll that is on its way knows the state before.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(queryKey, record);
      announce(`${visible(fileName)} ${DONE[act]}`);
      void queries.invalidateQueries({ queryKey: ["records"] });
      void queries.invalidateQueries({ queryKey: ["overview"] });
    },
    onError: () => queries.invalidateQueries({ queryKey: recordQuery(api, recordId).queryKey }),
  });
}

function asked(api: Api, act: RecordAct, recordId: string, why: string, intent: string) {
  const options = {
    params: { path: { recordId }, header: { "idempotency-key": intent } },
    body: why === "" ? {} : { why },
  };
  return dataOf(
    act === "retry"
      ? api.POST("/records/{recordId}/retry", options)
      : api.POST("/records/{recordId}/discard", options),
  );
}
