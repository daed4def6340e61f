"""The rules by name. What breaks one is not deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy, StackValidationPolicy

from policy import single, whole

if TYPE_CHECKING:
    from pulumi_policy import ResourceValidation, StackValidation

NAME = "silent-scalper"
DESCRIPTION = "What every Silent Scalper stack has to hold to"

SINGLE: dict[str, ResourceValidation] = {
    "actions-are-named": single.named_actions,
    "principals-are-named": single.named_principals,
    "logs-end": single.logs_end,
    "functions-are-bounded": single.functions_are_bounded,
    "queues-are-encrypted": single.queues_are_encrypted,
    "tables-can-be-brought-back": single.tables_can_be_brought_back,
    "data-is-protected": single.data_is_protected,
    "dev-costs-nothing-idle": single.dev_costs_nothing_idle,
}
WHOLE: dict[str, StackValidation] = {
    "buckets-are-closed": whole.buckets_are_closed,
    "buckets-keep-versions": whole.buckets_keep_versions,
    "buckets-are-encrypted": whole.buckets_are_encrypted,
    "buckets-want-tls": whole.buckets_want_tls,
    "failures-are-kept": whole.failures_are_kept,
    "queues-are-drained-in-measure": whole.queues_are_drained_in_measure,
    "everything-has-tags": whole.everything_has_tags,
}


def _described(rule: ResourceValidation | StackValidation) -> str:
    return (rule.__doc__ or "").strip()


RULES: list[Policy] = [
    *(
        ResourceValidationPolicy(
            name=name,
            description=_described(rule),
            validate=rule,
            enforcement_level=EnforcementLevel.MANDATORY,
        )
        for name, rule in SINGLE.items()
    ),
    *(
        StackValidationPolicy(
            name=name,
            description=_described(rule),
            validate=rule,
            enforcement_level=EnforcementLevel.MANDATORY,
        )
        for name, rule in WHOLE.items()
    ),
]
