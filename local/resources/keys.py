"""KMS and the budget: kept and held against the model; nothing here bills, or enforces a policy of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.resources.registry import Made, makes
from local.shapes import request

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration


@makes("aws:kms/key:Key")
def _key(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    inputs.pop("deletionWindowInDays")  # what happens on destroy; nothing is destroyed here
    kms, rotated = to.client("kms"), inputs.pop("enableKeyRotation")
    key = to.do("kms", "CreateKey", inputs)["KeyMetadata"]
    if rotated:
        kms.enable_key_rotation(KeyId=key["KeyId"])
    return key["KeyId"], {"keyId": key["KeyId"], "arn": key["Arn"]}


@makes("aws:kms/alias:Alias")
def _alias(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = inputs["namePrefix"] + to.name(resource)
    to.client("kms").create_alias(AliasName=name, TargetKeyId=inputs["targetKeyId"])
    return name, {"name": name}


@makes("aws:budgets/budget:Budget")
def _budget(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    """Held against the model of AWS alone: nothing costs anything here."""
    name = to.name(resource)
    account = to.call("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"]
    told = [_notification(entry) for entry in inputs.pop("notifications")]
    own = {
        "budgetName": name,
        "budgetLimit": {"amount": inputs.pop("limitAmount"), "unit": inputs.pop("limitUnit")},
        "filterExpression": {"and": inputs.pop("filterExpression")["ands"]},
        "metrics": [inputs.pop("metrics")],
    }
    made = {"accountId": account, "budget": inputs | own, "notificationsWithSubscribers": told}
    request(to.client("budgets"), "CreateBudget", made)
    return name, {"name": name}


def _notification(entry: dict[str, Any]) -> dict[str, Any]:
    emails = entry.pop("subscriberEmailAddresses")
    subscribers = [{"subscriptionType": "EMAIL", "address": email} for email in emails]
    return {"notification": entry, "subscribers": subscribers}
