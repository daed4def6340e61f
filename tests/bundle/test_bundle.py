"""The same inputs give the same bytes, and others give others."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

import components.bundle
from components.bundle import KEPT, PACKAGES, Bundle, Target, build
from tests.bundle.building import HERE, contents, hide_uv

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", PACKAGES)
def test_another_checkout_and_cache_give_the_same_bytes(
    name: str, bundles: dict[str, Bundle], checkout: Path, tmp_path: Path
) -> None:
    again = build(name, Target.aws(), cache=tmp_path / "elsewhere", root=checkout)

    assert again.path.name == bundles[name].path.name
    assert again.path.read_bytes() == bundles[name].path.read_bytes()


@pytest.mark.parametrize("changed", ["notifier/handler.py", "records/model.py", "requirements/notifier.txt"])
def test_a_changed_byte_makes_another_zip(changed: str, checkout: Path, tmp_path: Path) -> None:
    before = build("notifier", HERE, cache=tmp_path, root=checkout)
    with (checkout / changed).open("a") as file:
        file.write("#\n")

    after = build("notifier", HERE, cache=tmp_path, root=checkout)

    assert after.path != before.path
    assert before.path.exists()


def test_a_changed_contract_makes_another_zip(checkout: Path, tmp_path: Path) -> None:
    before = build("api", HERE, cache=tmp_path, root=checkout)
    orders = checkout / "contracts" / "orders.yaml"
    orders.write_text(orders.read_text().replace("minimum: 0", "minimum: 1"))

    assert build("api", HERE, cache=tmp_path, root=checkout).path != before.path


def test_a_comment_in_a_contract_does_not_change_the_zip(checkout: Path, tmp_path: Path) -> None:
    before = build("api", HERE, cache=tmp_path, root=checkout)
    for file in ("orders.yaml", "reader.py"):
        with (checkout / "contracts" / file).open("a") as opened:
            opened.write("# Ours.\n")

    assert build("api", HERE, cache=tmp_path, root=checkout) == before


def test_what_is_not_bundled_does_not_change_the_zip(checkout: Path, tmp_path: Path) -> None:
    before = build("notifier", HERE, cache=tmp_path, root=checkout)
    for stray in ("notifier/.handler.py.swp", "notifier/__pycache__/handler.cpython-311.pyc", "api/app.py"):
        (checkout / stray).parent.mkdir(exist_ok=True)
        (checkout / stray).write_text("stray")

    assert build("notifier", HERE, cache=tmp_path, root=checkout) == before


def test_somebodys_python_variables_do_not_change_the_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build("notifier", HERE, cache=tmp_path / "before")
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "elsewhere"))

    assert build("notifier", HERE, cache=tmp_path / "after").sha256 == before.sha256


def test_old_zips_are_cleared_away(checkout: Path, tmp_path: Path) -> None:
    built = []
    for _ in range(KEPT + 2):
        with (checkout / "notifier" / "handler.py").open("a") as file:
            file.write("#\n")
        built.append(build("notifier", HERE, cache=tmp_path, root=checkout).path)

    assert [path.exists() for path in built] == [False, False] + [True] * KEPT


def test_the_target_is_part_of_the_name(tmp_path: Path) -> None:
    built = build("notifier", HERE, cache=tmp_path)

    assert re.fullmatch(
        rf"notifier-python{HERE.python}-{HERE.architecture}-[0-9a-f]{{16}}\.zip", built.path.name
    )


def test_an_unchanged_bundle_needs_no_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build("notifier", HERE, cache=tmp_path)
    hide_uv(tmp_path, monkeypatch)

    assert build("notifier", HERE, cache=tmp_path) == first


def test_two_builds_at_once_are_one_and_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = Mock(side_effect=components.bundle._pack)
    monkeypatch.setattr(components.bundle, "_pack", pack)
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda _: build("api", HERE, cache=tmp_path), range(2))

    assert one == other
    assert pack.call_count == 1
    assert list(tmp_path.iterdir()) == [one.path]


def test_a_bundle_knows_its_sizes_and_hash(bundle: Bundle) -> None:
    assert bundle.sha256 == hashlib.sha256(bundle.path.read_bytes()).hexdigest()
    assert bundle.size_bytes == bundle.path.stat().st_size
    assert bundle.unzipped_bytes == sum(map(len, contents(bundle).values()))
