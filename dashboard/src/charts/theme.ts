import { useSyncExternalStore } from "react";

let version = 0;

function subscribe(listener: () => void): () => void {
  const changed = () => {
    version += 1;
    listener();
  };
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  system.addEventListener("change", changed);
  return () => {
    chosen.disconnect();
    system.removeEventListener("change", changed);
  };
}

/** Another number whenever light becomes dark, or dark light: what is drawn is drawn anew then. */
export function useThemeVersion(): number {
  return useSyncExternalStore(subscribe, () => version);
}

/** A colour of the palette as a canvas understands it: light-dark() is known to styles only. */
export function resolvedColour(name: string, near: HTMLElement): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  near.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
