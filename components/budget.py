"""What the stack may cost in a month: a budget, of which people are told while there is time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import budgets

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """
    Attributes:
        usd: a month's.
        tags: what is counted has all of these; the account's cost allocation tags must name them.
        emails: told by AWS itself, without our topic: at most ten.
    """

    usd: int
    tags: Mapping[str, str]
    emails: tuple[str, ...]


class Budget(pulumi.ComponentResource):
    """Mails at 80 % of what may be spent, and when all of it is forecast."""

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:budget:Budget", name, None, opts)
        budget = budgets.Budget(
            "monthly-budget",
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.usd),
            limit_unit="USD",
            metrics="UnblendedCost",
            # What has all of the tags; `cost_filters` would count what has any: another project's stack.
            filter_expression={
                "ands": [{"tags": {"key": key, "values": [value]}} for key, value in args.tags.items()]
            },
            notifications=[_told("ACTUAL", 80, args.emails), _told("FORECASTED", 100, args.emails)],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"budget": budget.name})


def _told(when: str, percent: int, emails: tuple[str, ...]) -> budgets.BudgetNotificationArgsDict:
    return {
        "comparison_operator": "GREATER_THAN",
        "notification_type": when,
        "threshold": percent,
        "threshold_type": "PERCENTAGE",
        "subscriber_email_addresses": list(emails),
    }
