import { Search } from "lucide-react";
import { useEffect, useId, useState, type SyntheticEvent } from "react";
import { Link, useNavigate } from "react-router";
import type { Filters } from "../../lib/filters";
import { useSession } from "../../session/session";
import { isRecordId, withField } from "./describe";

const TYPING_MS = 400;

interface Props {
  filters: Filters;
  set: (filters: Filters, replace: boolean) => void;
}

/** Files whose key in the bucket begins so; the whole id of a file leads straight to it. */
export function PrefixField({ filters, set }: Props) {
  const { access } = useSession();
  const navigate = useNavigate();
  const help = useId();
  const base = access.prefix === undefined ? "" : `${access.prefix}/`;
  const prefix = filters.prefix ?? "";
  const relative = prefix.startsWith(base) ? prefix.slice(base.length) : prefix;
  const [typed, setTyped] = useState({ text: relative, beside: relative });
  if (typed.beside !== relative) setTyped({ text: relative, beside: relative });
  const text = typed.text.trim();
  const isId = isRecordId(text);

  useEffect(() => {
    if (text === relative || isId) return;
    const timer = setTimeout(() => {
      // While somebody types, one step in the history is enough.
      set(withField(filters, "prefix", text && base + text), relative !== "");
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, relative, isId, base, filters, set]);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isId) void navigate(`/files/${text}`);
    else if (text !== relative) set(withField(filters, "prefix", text && base + text), false);
  };
  return (
    <form role="search" onSubmit={submit} className="relative min-w-0">
      <div className="field flex items-center gap-2 py-0 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <Search aria-hidden size={16} className="shrink-0 text-muted" />
        {base !== "" && <span className="shrink-0 text-muted">{base}</span>}
        <input
          type="search"
          aria-label="Key begins with"
          aria-describedby={help}
          title="The key is the file's whole path in the bucket, from its first folder on. Capital letters count."
          placeholder={base === "" ? "Key begins with, such as orders/" : "and so on"}
          value={typed.text}
          onChange={(event) => setTyped({ text: event.target.value, beside: relative })}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          className="min-h-8.5 w-full min-w-0 bg-transparent outline-none placeholder:text-muted"
        />
      </div>
      <span id={help} className="sr-only">
        The key is the file's whole path in the bucket, from its first folder on. Capital letters count. The
        whole id of a file leads straight to it.
      </span>
      {isId && (
        <div className="card absolute inset-x-0 top-full z-20 mt-1 px-3 py-2 shadow-high">
          <Link className="link" to={`/files/${text}`}>
            Open the file with this id
          </Link>
        </div>
      )}
    </form>
  );
}
