import { Suspense } from "react";
import { Outlet, ScrollRestoration, useNavigation } from "react-router";
import { useKeepPlace } from "../lib/place";
import { SessionGate } from "../session/SessionGate";
import { Announcer } from "../ui/Announcer";
import { Footer, Menu } from "./Menu";
import { OfflineBar } from "./OfflineBar";
import { Brand } from "./Shell";
import { ThemeChoice } from "./ThemeChoice";

/** What is around every view. The bar is drawn by index.html already, so it is the same for everybody. */
export function Frame() {
  const navigation = useNavigation();
  useKeepPlace();
  return (
    <Announcer>
      <div className="shell">
        <a
          href="#main"
          onClick={(event) => {
            // The hash is the router's.
            event.preventDefault();
            document.getElementById("main")?.focus();
          }}
          className="sr-only z-30 rounded-lg bg-surface p-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the content
        </a>
        <header className="topbar">
          <Brand />
          <div id="menu" className="min-w-0 flex-1" />
          <ThemeChoice />
        </header>
        <OfflineBar />
        <SessionGate>
          <Menu />
          <main
            id="main"
            tabIndex={-1}
            aria-busy={navigation.state !== "idle"}
            className="mx-auto w-full max-w-[96rem] flex-1 px-[clamp(1rem,2.5vw,2rem)] pt-6 pb-24 outline-none md:pb-10"
          >
            <Suspense>
              <Outlet />
            </Suspense>
          </main>
          <Footer />
          <ScrollRestoration />
        </SessionGate>
      </div>
    </Announcer>
  );
}
