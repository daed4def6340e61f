"""Whom AWS trusts: jobs of one repository on GitHub, by their tokens' subject and by ids that stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.policies import Document, document

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
_NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub.

    Attributes:
        name: `owner/name`.
        number, owner_number: GitHub's ids of the repository and of its owner.
    """

    name: str
    number: int
    owner_number: int

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"the repository {self.name!r} is not of the form owner/name")

    def subjects(self, of: str) -> list[str]:
        """Both forms that GitHub writes, the one with ids in repositories since July 2026."""
        owner, name = self.name.split("/")
        return [
            f"repo:{owner}/{name}:{of}",
            f"repo:{owner}@{self.owner_number}/{name}@{self.number}:{of}",
        ]


def of_pull_requests(provider: str, repository: Repository) -> Document:
    """Jobs that a pull request started; GitHub gives tokens only to those from the repository itself."""
    return _trust(provider, repository, "pull_request")


def of_environment(provider: str, repository: Repository, environment: str) -> Document:
    """Jobs of the main branch that wait for the environment's rules: who approves, which branches."""
    return _trust(provider, repository, f"environment:{environment}", ref="refs/heads/main")


def _trust(provider: str, repository: Repository, of: str, **claims: str) -> Document:
    # A name can be given up and taken by somebody else; the id makes the subject without ids safe as well.
    claims["repository_id"] = str(repository.number)
    wanted: dict[str, str | list[str]] = {f"{ISSUER}:{name}": value for name, value in claims.items()}
    wanted |= {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": repository.subjects(of)}
    return document(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider},
            "Condition": {"StringEquals": wanted},
        }
    )
