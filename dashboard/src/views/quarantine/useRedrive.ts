import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { AGAIN } from "../../actions/again";
import { dataOf } from "../../api/client";
import { useSession } from "../../session/session";
import { intents } from "../../actions/intent";

interface Wanted {
  /** Only look. */
  dryRun: boolean;
  why: string;
}

/** Looks into the dead-letter queue, or moves what is there back, and leads to the operation. */
export function useRedrive() {
  const { api } = useSession();
  const navigate = useNavigate();
  const [intentOf] = useState(intents);
  return useMutation({
    ...AGAIN,
    mutationFn: (wanted: Wanted) => {
      const why = wanted.why.trim();
      const body = { dryRun: wanted.dryRun, ...(why === "" ? {} : { why }) };
      return dataOf(
        api.POST("/redrives", { params: { header: { "idempotency-key": intentOf(body) } }, body }),
      );
    },
    onSuccess: ({ operationId }) => navigate(`/operations/${operationId}`),
  });
}
