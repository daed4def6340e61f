import { Files, KeyRound, LayoutDashboard, LogOut, ShieldAlert, Upload, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { createPortal } from "react-dom";
import { NavLink } from "react-router";
import { useSession, type Scope } from "../session/session";
import { plural, shortCount } from "../lib/format";
import { useUploadActivity } from "../views/upload/activity";

const VIEWS: { to: string; label: string; icon: LucideIcon; needs: Scope }[] = [
  { to: "/overview", label: "Overview", icon: LayoutDashboard, needs: "read" },
  { to: "/files", label: "Files", icon: Files, needs: "read" },
  { to: "/quarantine", label: "Quarantine", icon: ShieldAlert, needs: "operate" },
  { to: "/upload", label: "Upload", icon: Upload, needs: "upload" },
  { to: "/keys", label: "Keys", icon: KeyRound, needs: "admin" },
];

/** The views that the key opens: in the bar, and on small screens at the bottom, where thumbs are. */
export function Menu() {
  const { can, signOut } = useSession();
  const [bar] = useState(() => document.getElementById("menu"));
  const { unfinished } = useUploadActivity();
  const views = VIEWS.filter((view) => can(view.needs));
  return (
    <>
      {bar &&
        createPortal(
          <div className="flex items-center justify-between gap-4">
            <nav aria-label="Views" className="hidden gap-1 md:flex">
              {views.map(({ to, label, icon: Icon }) => (
                <NavLink
                  key={to}
                  to={to}
                  className={({ isActive }) =>
                    `flex items-center gap-2 rounded-lg px-3 py-1.5 font-medium ${isActive ? "bg-accent-soft text-accent" : "text-muted hover:bg-sunken hover:text-text"}`
                  }
                >
                  <Icon aria-hidden size={17} className="hidden lg:block" />
                  {label}
                  {to === "/upload" && <UnderWay files={unfinished} />}
                </NavLink>
              ))}
            </nav>
            <Who signOut={signOut} />
          </div>,
          bar,
        )}
      <nav
        aria-label="Views"
        className="fixed inset-x-0 bottom-0 z-20 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {views.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            to={to}
            className={({ isActive }) =>
              `relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs font-medium ${isActive ? "text-accent" : "text-muted"}`
            }
          >
            <Icon aria-hidden size={20} />
            {label}
            {to === "/upload" && (
              <span className="absolute top-1 left-1/2 ml-2">
                <UnderWay files={unfinished} />
              </span>
            )}
          </NavLink>
        ))}
      </nav>
    </>
  );
}

/** How many uploads are not finished: they go on while other views are looked at. */
function UnderWay({ files }: { files: number }) {
  if (files === 0) return null;
  return (
    <span className="rounded-full bg-accent px-1.5 text-xs leading-5 font-semibold text-on-accent tabular-nums">
      <span aria-hidden>{shortCount(files)}</span>
      <span className="sr-only">({plural(files, "upload")} not finished)</span>
    </span>
  );
}

function Who({ signOut }: { signOut: () => void }) {
  const { access } = useSession();
  return (
    <div className="ml-auto flex min-w-0 items-center gap-2">
      <span className="hidden min-w-0 text-right text-sm leading-tight lg:block">
        <span className="block truncate font-medium">{access.name}</span>
        <span className="block truncate text-muted">
          {access.prefix === undefined ? access.stack : `${access.prefix}/ in ${access.stack}`}
        </span>
      </span>
      <button
        type="button"
        onClick={signOut}
        aria-label="Sign out"
        title="Sign out"
        className="rounded-lg p-2 text-muted hover:bg-sunken hover:text-text"
      >
        <LogOut aria-hidden size={18} />
      </button>
    </div>
  );
}

export function Footer() {
  return (
    <footer className="settles mx-auto hidden w-full max-w-[96rem] gap-4 px-[clamp(1rem,2.5vw,2rem)] py-4 text-sm text-muted md:flex">
      <a className="hover:text-text" href="/docs">
        API documentation
      </a>
    </footer>
  );
}
