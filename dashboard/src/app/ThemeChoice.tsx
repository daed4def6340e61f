import { Monitor, Moon, Sun } from "lucide-react";
import { useEffect, useState } from "react";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const NAME = "silent-scalper.theme";
const ICONS = { system: Monitor, light: Sun, dark: Moon };

function stored(): Theme {
  const found = localStorage.getItem(NAME);
  return THEMES.find((theme) => theme === found) ?? "system";
}

/** Dark, light, or as the system has it. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const Icon = ICONS[theme];
  return (
    <button
      type="button"
      aria-label={`Theme: ${theme}. Change to ${next}.`}
      title={`Theme: ${theme}`}
      onClick={() => {
        localStorage.setItem(NAME, next);
        setTheme(next);
      }}
      className="-ml-4 rounded-lg p-2 text-muted hover:bg-sunken hover:text-text"
    >
      <Icon aria-hidden size={18} />
    </button>
  );
}
