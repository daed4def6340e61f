"""A domain name of the API's own, and its Lambda from a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.emulator import LocalError
from local.graph import ACCOUNT, capture
from local.system import ephemeral, running

if TYPE_CHECKING:
    from local.graph import Graph

CERTIFICATE = f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
NAMED = {"domainName": "files.example.com", "certificateArn": CERTIFICATE}


@pytest.fixture(scope="module")
def named() -> Graph:
    return capture("prod", snapStart=True, **NAMED)


def test_the_name_leads_to_the_apis_only_stage(named: Graph) -> None:
    assert named["gateway-domain"] == {
        "domainName": "files.example.com",
        "domainNameConfiguration": {
            "certificateArn": CERTIFICATE,
            "endpointType": "REGIONAL",
            "securityPolicy": "TLS_1_2",
        },
    }
    assert named["gateway-mapping"] == {
        "apiId": "gateway-id",
        "domainName": "gateway-domain-id",
        "stage": "$default",
    }


def test_people_and_mails_are_led_to_the_name(named: Graph) -> None:
    assert named.outputs["apiUrl"] == "https://files.example.com"
    assert named.outputs["dashboardUrl"] == "https://files.example.com/"
    assert named["notifier"]["environment"]["variables"]["API_URL"] == "https://files.example.com"


def test_whoever_keeps_the_dns_is_told_the_target(named: Graph) -> None:
    assert named.outputs["domainTarget"] == "gateway-domain.example"
    assert named.outputs["domainHostedZone"] == "gateway-domain-zone"
    assert named.outputs["gatewayUrl"] == "https://gateway.example"


def test_pages_of_both_names_may_upload(named: Graph) -> None:
    (rule,) = named["incoming-cors"]["corsRules"]
    assert rule["allowedOrigins"] == ["https://files.example.com", "https://gateway.example"]


def test_only_the_api_starts_from_a_snapshot(named: Graph) -> None:
    assert [name for name, inputs in named.of("Function").items() if "snapStart" in inputs] == ["api"]
    assert named["api"]["snapStart"] == {"applyOn": "PublishedVersions"}
    assert named["api"]["publish"] is True
    # Lambda refuses more with SnapStart.
    assert named["api"]["ephemeralStorage"]["size"] <= 512


def test_callers_come_to_the_newest_version(named: Graph) -> None:
    assert (named["api-live"]["functionName"], named["api-live"]["functionVersion"]) == ("api-name", "7")
    assert named["gateway-integration"]["integrationUri"] == "arn:api-live"
    assert named["gateway-permission"]["qualifier"] == "live"


def test_without_them_there_is_neither(dev: Graph) -> None:
    assert not dev.of("DomainName")
    assert not dev.of("Alias")
    assert "publish" not in dev["api"]
    assert "qualifier" not in dev["gateway-permission"]
    assert "domainTarget" not in dev.outputs


def test_a_domain_name_is_refused_locally() -> None:
    with pytest.raises(LocalError, match="domainName cannot be used locally"), running(ephemeral(**NAMED)):
        pass
