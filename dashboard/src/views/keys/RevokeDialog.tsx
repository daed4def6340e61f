import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent } from "react";
import { dataOf } from "../../api/client";
import { useSession } from "../../session/session";
import { useAnnounce } from "../../ui/Announcer";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Name } from "../../ui/Name";
import { Time } from "../../ui/Time";
import type { Key } from "./keys";
import { useAsking } from "./useAsking";

interface Props {
  revoked: Key;
  onClose: () => void;
}

/** Ends a key for ever, when that is confirmed. */
export function RevokeDialog({ revoked: key, onClose }: Props) {
  const { api } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const asking = useAsking(() =>
    dataOf(api.DELETE("/keys/{keyId}", { params: { path: { keyId: key.keyId } } })),
  );
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!(await asking.run())) return;
    announce(`The key ${key.name} is revoked`);
    void queries.invalidateQueries({ queryKey: ["keys"] });
    onClose();
  };
  return (
    <Dialog title="Revoke this key?" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <p className="font-medium">
          <Name>{key.name}</Name> <code className="font-normal text-muted">{key.keyId}</code>
        </p>
        <p>
          It stops working within half a minute, for ever: whoever uses it is refused, on pages and in
          programs. Keys that it made go on working.
        </p>
        <p className="text-muted">
          {key.lastUsedAt === undefined ? (
            "It was never used."
          ) : (
            <>
              It was used last <Time at={key.lastUsedAt} />.
            </>
          )}
        </p>
        {asking.error && <ErrorNotice error={asking.error} what="The key could not be revoked" />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" busy={asking.busy}>
            Revoke
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
