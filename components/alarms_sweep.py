"""Alarms about the sweep, which repairs what fell into a gap: whether it runs, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.watch import (
    BREACHING,
    FIVE_MINUTES,
    IGNORE,
    LESS,
    NOT_BREACHING,
    QUARTER,
    TEN_MINUTES,
    Text,
    Watch,
    lambda_series,
    log,
    one,
    our_series,
    said,
)

if TYPE_CHECKING:
    from components.watch import Names


def sweep_watches(names: Names) -> dict[str, Watch]:
    """By name."""
    return {
        "sweep-not-running": _sweep_not_running(names),
        "sweep-errors": _sweep_errors(names),
        "reconciliation-mismatch": _reconciliation_mismatch(names),
    }


def _sweep_not_running(names: Names) -> Watch:
    return Watch(
        series={"runs": our_series(names.stack, "SweepRuns", "Sum")},
        # Filled, because CloudWatch would look at older periods first before it takes a gap for one.
        expression="FILL(runs, 0)",
        comparison=LESS,
        threshold=1,
        periods=3,
        period_seconds=TEN_MINUTES,
        missing=BREACHING,
        essential=True,
        text=Text(
            happened="the sweep, which runs every 5 minutes, has not come to its end for 30 minutes. Lost "
            "events, late uploads and retries are repaired by nobody; other files are taken in as ever.",
            look_at=said(
                "whether the rule sweep-clock is enabled and the function ",
                names.sweep,
                " has Invocations; then ",
                log(names.sweep_logs),
                ": the last error.",
            ),
            clears="when a run comes to its end.",
            no_data="the sweep does not run. That is what this alarm waits for.",
        ),
    )


def _sweep_errors(names: Names) -> Watch:
    return Watch(
        series=lambda_series(names.sweep, "Errors", "Sum"),
        threshold=3,
        period_seconds=QUARTER,
        missing=NOT_BREACHING,
        text=Text(
            happened="the sweep crashed or ran into its timeout three times in 15 minutes. What it had done "
            "is kept, and the next run goes on.",
            look_at=said(
                log(names.sweep_logs), ": level ERROR, and platform.report with another status than success."
            ),
            clears="after 15 minutes with fewer than 3 crashes.",
            no_data="it did not run, and that has an alarm of its own.",
        ),
    )


def _reconciliation_mismatch(names: Names) -> Watch:
    return Watch(
        series=one(our_series(names.stack, "ReconciliationMismatches", "Maximum")),
        threshold=1,
        period_seconds=FIVE_MINUTES,
        # Measured at the end of a pass, once in reconcileHours: in between the last result stands.
        missing=IGNORE,
        essential=True,
        text=Text(
            happened="bucket and records did not agree: an object had no record (its event was lost, or "
            "still waits), or the bytes of a record that needs somebody are gone before their time.",
            look_at=said(
                log(names.sweep_logs),
                ': UnrecordedObjects and objectsLost of the last line "swept". Unrecorded objects are in the '
                "queue by now. Lost ones: GET /records?status=missing, and who deletes in the buckets.",
            ),
            clears="when the next pass, after reconcileHours, finds nothing.",
            no_data="no pass has ended since: what the last one found stands.",
        ),
    )
