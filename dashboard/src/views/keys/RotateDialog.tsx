import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";
import { dataOf } from "../../api/client";
import { intents } from "../../actions/intent";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Name } from "../../ui/Name";
import { GRACES, type Key } from "./keys";
import { SecretPanel } from "./SecretPanel";
import { useAsking } from "./useAsking";

const USUAL = 86_400;

interface Props {
  secretOf: Key;
  onClose: () => void;
}

/** Gives a key another secret, and shows its text once. */
export function RotateDialog({ secretOf: key, onClose }: Props) {
  const { api, access } = useSession();
  const queries = useQueryClient();
  const [intentOf] = useState(intents);
  const [grace, setGrace] = useState(USUAL);
  const [text, setText] = useState<string | null>(null);
  const [hurried, setHurried] = useState(false);
  const field = useId();
  const own = key.keyId === access.keyId;
  const asking = useAsking(() => {
    const body = { graceSeconds: grace };
    const params = { path: { keyId: key.keyId }, header: { "idempotency-key": intentOf(body) } };
    return dataOf(api.POST("/keys/{keyId}/secrets", { params, body }));
  });
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const made = await asking.run();
    if (!made) return;
    setText(made.apiKey);
    void queries.invalidateQueries({ queryKey: ["keys"] });
  };
  if (text !== null) {
    return (
      <Dialog title={`New secret for ${key.name}`} onClose={() => setHurried(true)}>
        <SecretPanel text={text} hurried={hurried} onStored={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Give this key another secret?" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <p className="font-medium">
          <Name>{key.name}</Name>
        </p>
        <p>
          The key gets another text, and keeps what it may do. The present one goes on working for a while, so
          that its holder can change without a gap.
        </p>
        {own && (
          <p className="rounded-lg bg-warn-soft px-4 py-3">
            You are signed in with this key. When the present secret ends, sign in with the new one.
          </p>
        )}
        <div className="space-y-1">
          <label htmlFor={field} className="block font-medium">
            The present secret works for
          </label>
          <select
            id={field}
            value={grace}
            onChange={(event) => setGrace(Number(event.target.value))}
            className="field w-full sm:w-auto"
          >
            {GRACES.filter(({ seconds }) => seconds > 0 || !own).map(({ label, seconds }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </select>
        </div>
        {asking.error && <ErrorNotice error={asking.error} what="The key got no other secret" />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={asking.busy}>
            Make the secret
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
