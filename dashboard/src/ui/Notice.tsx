import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const TONES = {
  good: { box: "border-good/40 bg-good-soft", icon: CircleCheck, ink: "text-good" },
  warn: { box: "border-warn/40 bg-warn-soft", icon: TriangleAlert, ink: "text-warn" },
  bad: { box: "border-bad/40 bg-bad-soft", icon: CircleAlert, ink: "text-bad" },
  info: { box: "border-info/40 bg-info-soft", icon: Info, ink: "text-info" },
};

interface Props {
  tone: keyof typeof TONES;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Something that a person should know, read aloud when it comes. */
export function Notice({ tone, title, children, action }: Props) {
  const { box, icon: Icon, ink } = TONES[tone];
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={`flex gap-3 rounded-lg border p-3.5 ${box}`}>
      <Icon aria-hidden size={20} className={`mt-0.5 shrink-0 ${ink}`} />
      <div className="min-w-0 flex-1 space-y-2">
        <div>
          <p className="font-medium">{title}</p>
          {children !== undefined && <div className="text-sm break-words">{children}</div>}
        </div>
        {action}
      </div>
    </div>
  );
}
