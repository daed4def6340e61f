import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  FileQuestion,
  Hourglass,
  RotateCw,
  ShieldAlert,
} from "lucide-react";
import { STATUS, type Status, type Tone } from "../lib/words";

const ICONS = {
  awaiting_upload: Hourglass,
  processed: CircleCheck,
  quarantined: ShieldAlert,
  failed: CircleX,
  missing: FileQuestion,
  retrying: RotateCw,
  discarded: CircleSlash,
  expired: CircleDashed,
};

const TONES: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  quiet: "bg-sunken text-muted",
};

const CALM: Partial<Record<Tone, string>> = { good: "text-good", quiet: "text-muted" };

interface Props {
  status: Status;
  /** Among many: where nobody has to do anything, it stands back. */
  calm?: boolean;
}

/** A state in words, with a sign and a colour: never the colour alone. */
export function StatusBadge({ status, calm = false }: Props) {
  const { label, tone, meaning } = STATUS[status];
  const Icon = ICONS[status];
  const look = calm && CALM[tone] ? CALM[tone] : TONES[tone];
  return (
    <span
      title={meaning}
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ${look}`}
    >
      <Icon aria-hidden size={14} />
      {label}
    </span>
  );
}
