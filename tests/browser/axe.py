"""axe-core's rules, held against what a page shows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from local.program import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of these tags that look at colours: all that another theme can break."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_LOOK = """
async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload: false });
  return found.violations.map(({ id, help, nodes }) => ({
    id, help, nodes: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
  }));
}
"""


@cache
def _program() -> str:
    return (ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """What is wrong, with the elements and what to do; scripts of the test are not the policy's concern.

    Args:
        rules: tags of rules, or their names.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {_program()} }}")
    found: list[dict[str, Any]] = page.evaluate(_LOOK, list(rules))
    return [f"{each['id']}: {each['help']}\n    " + "\n    ".join(each["nodes"]) for each in found]
