import { ArrowLeft } from "lucide-react";
import type { MouseEvent } from "react";
import { Link, useNavigate } from "react-router";
import { useOrigin } from "../../lib/place";

const LABELS: [RegExp, string][] = [
  [/^\/files(\?|$)/, "Files"],
  [/^\/overview/, "Overview"],
  [/^\/quarantine/, "Quarantine"],
  [/^\/operations\//, "Operation"],
  [/^\/upload/, "Upload"],
];

/** Back to where the reader came from, as it was there: filters, place and all. */
export function BackLink() {
  const origin = useOrigin();
  const navigate = useNavigate();
  const known = origin && LABELS.find(([pattern]) => pattern.test(origin.path));
  const [path, label] = origin && known ? [origin.path, known[1]] : ["/files", "Files"];
  const follow = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || !known || !origin.isBack) return;
    event.preventDefault();
    void navigate(-1);
  };
  return (
    <Link
      to={path}
      onClick={follow}
      className="-ml-2 mb-1 inline-flex min-h-9 items-center gap-1.5 rounded-lg px-2 text-sm text-muted hover:bg-sunken hover:text-text"
    >
      <ArrowLeft aria-hidden size={16} />
      {label}
    </Link>
  );
}
