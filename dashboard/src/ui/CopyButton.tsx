import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useAnnounce } from "./Announcer";

const SHOWN_MS = 2_000;

/** Copies a text, and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const announce = useAnnounce();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce(`${what} copied`);
    } catch {
      announce("The browser does not allow copying");
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={`Copy: ${what}`}
      title={copied ? "Copied" : "Copy"}
      className="-my-2 inline-grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-text"
    >
      <Icon aria-hidden size={16} className={copied ? "text-good" : ""} />
    </button>
  );
}
