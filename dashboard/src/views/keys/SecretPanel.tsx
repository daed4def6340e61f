import { Check, Copy } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useAnnounce } from "../../ui/Announcer";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { copied } from "./clipboard";

interface Props {
  text: string;
  /** Whether somebody tried to close without having stored it. */
  hurried: boolean;
  onStored: () => void;
}

/** The text of a key, this once. */
export function SecretPanel({ text, hurried, onStored }: Props) {
  const announce = useAnnounce();
  const field = useRef<HTMLTextAreaElement>(null);
  const label = useId();
  const [state, setState] = useState<"shown" | "copied" | "not copied">("shown");
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const copy = async () => {
    if (!field.current) return;
    const done = await copied(field.current);
    setState(done ? "copied" : "not copied");
    announce(done ? "The key is copied" : "The browser does not allow copying. The key is selected.");
  };
  const Icon = state === "copied" ? Check : Copy;
  return (
    <>
      <Notice tone="warn" title={hurried ? "Store the key first" : "This is shown once, now"}>
        Nobody can read it again, here or by the API. Store it where its holder keeps secrets; then close
        this.
      </Notice>
      <div className="space-y-1.5">
        <label htmlFor={label} className="block font-medium">
          The key
        </label>
        <div className="flex flex-wrap items-start gap-2">
          <textarea
            rows={2}
            ref={field}
            id={label}
            readOnly
            value={text}
            spellCheck={false}
            autoComplete="off"
            onFocus={(event) => event.target.select()}
            className="field min-w-0 flex-1 basis-64 resize-none bg-sunken font-mono text-sm break-all"
          />
          <Button onClick={() => void copy()}>
            <Icon aria-hidden size={16} className={state === "copied" ? "text-good" : ""} />
            {state === "copied" ? "Copied" : "Copy"}
          </Button>
        </div>
        {state === "not copied" && (
          <p className="text-sm text-muted">
            The browser does not allow copying: it is selected, copy it yourself.
          </p>
        )}
      </div>
      <div className="flex justify-end">
        <Button kind="primary" onClick={onStored}>
          I have stored it
        </Button>
      </div>
    </>
  );
}
