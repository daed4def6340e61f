import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";
import { dataOf } from "../../api/client";
import { intents } from "../../actions/intent";
import { dateTime } from "../../lib/format";
import { useNow } from "../../lib/now";
import { useSession, type Scope } from "../../session/session";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { expiryAfter, LIFETIMES, requestOf, SCOPE_NAMES, SCOPES, type Form } from "./keys";
import { SecretPanel } from "./SecretPanel";
import { useAsking } from "./useAsking";

/** Makes a key, and shows its text once. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const { api, access } = useSession();
  const queries = useQueryClient();
  const [intentOf] = useState(intents);
  const [opened] = useState(Date.now);
  const [form, setForm] = useState<Form>({ name: "", scopes: ["read"], prefix: "", days: 90 });
  const [text, setText] = useState<string | null>(null);
  const [hurried, setHurried] = useState(false);
  const asking = useAsking(() => {
    const body = requestOf(form, access, opened);
    return dataOf(api.POST("/keys", { params: { header: { "idempotency-key": intentOf(body) } }, body }));
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
      <Dialog title={`Key for ${form.name.trim()}`} onClose={() => setHurried(true)}>
        <SecretPanel text={text} hurried={hurried} onStored={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Make a key" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="space-y-5">
        <NameField form={form} set={setForm} />
        <ScopesField form={form} set={setForm} own={access.scopes} />
        <PrefixField form={form} set={setForm} folder={access.prefix} />
        <LifetimeField form={form} set={setForm} />
        {asking.error && <ErrorNotice error={asking.error} what="The key could not be made" />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={asking.busy} disabled={form.scopes.length === 0}>
            Make the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  form: Form;
  set: (form: Form) => void;
}

function NameField({ form, set }: FieldProps) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        Name
      </label>
      <input
        id={id}
        value={form.name}
        onChange={(event) => set({ ...form, name: event.target.value })}
        required
        maxLength={100}
        autoComplete="off"
        placeholder="Who it is for"
        className="field w-full"
      />
    </div>
  );
}

function ScopesField({ form, set, own }: FieldProps & { own: readonly Scope[] }) {
  const { scopes } = form;
  return (
    <fieldset>
      <legend className="font-medium">What it may do</legend>
      {SCOPE_NAMES.filter((scope) => own.includes(scope)).map((scope) => (
        <label key={scope} className="mt-2 flex min-h-9 items-start gap-3">
          <input
            type="checkbox"
            checked={scopes.includes(scope)}
            onChange={(event) => {
              const others = scopes.filter((each) => each !== scope);
              set({ ...form, scopes: event.target.checked ? [...others, scope] : others });
            }}
            className="mt-0.5 size-5 shrink-0 accent-accent"
          />
          <span>
            {SCOPES[scope].label}
            <span className="block text-sm text-muted">{SCOPES[scope].allows}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function PrefixField({ form, set, folder }: FieldProps & { folder: string | undefined }) {
  const id = useId();
  const help = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        Folder <span className="font-normal text-muted">(optional)</span>
      </label>
      <div className="flex items-center gap-2">
        {folder !== undefined && <span className="text-muted">{folder}/</span>}
        <input
          id={id}
          aria-describedby={help}
          value={form.prefix}
          onChange={(event) => set({ ...form, prefix: event.target.value })}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder="orders"
          className="field w-full min-w-0"
        />
      </div>
      <p id={help} className="text-sm text-muted">
        The key sees and sends files of this folder only. Without one it sees
        {folder === undefined ? " all files." : ` all of ${folder}/, as yours does.`}
      </p>
    </div>
  );
}

function LifetimeField({ form, set }: FieldProps) {
  const { access } = useSession();
  const id = useId();
  const now = useNow();
  const ends = expiryAfter(form.days, access, now);
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        Works for
      </label>
      <select
        id={id}
        value={form.days ?? ""}
        onChange={(event) =>
          set({ ...form, days: event.target.value === "" ? null : Number(event.target.value) })
        }
        className="field w-full sm:w-auto"
      >
        {LIFETIMES.map(({ label, days }) => (
          <option key={days} value={days}>
            {label}
          </option>
        ))}
        <option value="">
          {access.expiresAt === undefined ? "Until it is revoked" : "As long as your key"}
        </option>
      </select>
      <p className="text-sm text-muted">
        {ends === undefined ? "It has no end of its own." : `Until ${dateTime(ends, now)}.`}
      </p>
    </div>
  );
}
