"""GitHub's workflows: what zizmor and actionlint do not look at."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from local.program import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *sorted((GITHUB / "actions").rglob("*.yml"))]
# PyYAML reads the key `on` as true, as YAML 1.1 does.
ON: Any = True


def jobs(path: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text())["jobs"]
    return found


def test_every_action_of_others_is_pinned_by_its_commit_and_everywhere_by_the_same() -> None:
    pins: dict[str, set[str]] = {}
    for path in FILES:
        for name, rest in re.findall(r"uses: ([\w./-]+)(.*)$", path.read_text(), re.MULTILINE):
            if not name.startswith("./"):
                assert re.fullmatch(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+", rest), f"{path.name}: {name}{rest}"
                pins.setdefault(name, set()).add(rest)
    assert pins
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_job_has_an_end_and_says_what_it_may(path: Any) -> None:
    assert yaml.safe_load(path.read_text())["permissions"] == {}
    for name, job in jobs(path).items():
        assert "permissions" in job, name
        assert "uses" in job or job["timeout-minutes"] <= 45, name


def test_pulumis_command_is_as_old_as_its_library() -> None:
    (locked,) = re.findall(
        r"^pulumi==(\S+)", (ROOT / "requirements" / "pulumi.txt").read_text(), re.MULTILINE
    )
    asked = {version for path in FILES for version in re.findall(r"pulumi-version: (\S+)", path.read_text())}
    assert asked == {locked}


def test_only_a_preview_is_stopped_half_way() -> None:
    stops = {
        path.stem: yaml.safe_load(path.read_text())["concurrency"]["cancel-in-progress"] for path in WORKFLOWS
    }
    assert {name for name, stopped in stops.items() if stopped} == {"ci", "preview"}
    assert stops["ci"] == "${{ github.event_name == 'pull_request' }}"


def test_what_is_deployed_was_tested_and_prod_comes_after_dev() -> None:
    deploy = jobs(GITHUB / "workflows" / "deploy.yml")
    assert deploy["dev"]["needs"] == "tests"
    assert deploy["prod"]["needs"] == "dev"
    assert jobs(GITHUB / "workflows" / "release.yml")["build"]["needs"] == "tests"
    assert all("environment" in job for job in jobs(GITHUB / "workflows" / "stack.yml").values())


def test_no_stored_key_of_aws_is_used() -> None:
    for path in FILES:
        assert "aws-access-key-id" not in path.read_text()
        assert "aws-secret-access-key" not in path.read_text()


def test_every_variable_and_secret_is_documented() -> None:
    used = {name for path in FILES for name in re.findall(r"\b(?:vars|secrets)\.(\w+)", path.read_text())}
    page = (ROOT / "docs" / "deploy.md").read_text()
    assert used
    assert used == set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))


def test_pull_requests_never_run_with_the_rights_of_the_target() -> None:
    for path in WORKFLOWS:
        triggers = yaml.safe_load(path.read_text())[ON]
        assert not {"pull_request_target", "workflow_run"} & set(triggers), path.name
