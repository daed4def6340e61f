"""What is said when a bundle cannot be built, and the command."""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath

import pytest

from components.bundle import PACKAGES, BundleError, Target, build, main
from components.interpreters import interpreter_for
from tests.bundle.building import HERE, contents, hide_uv


def test_missing_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hide_uv(tmp_path, monkeypatch)

    with pytest.raises(BundleError, match=r"uv is neither beside .* nor on PATH: run `make setup`"):
        build("notifier", HERE, cache=tmp_path)


def test_missing_interpreter_names_all_that_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    uv = script(tmp_path / "uv", "echo no network >&2; exit 2")

    with pytest.raises(BundleError) as caught:
        interpreter_for("3.99", uv)

    for part in (
        "no Python 3.99 to compile the bundle with",
        f"the running Python ({sys.executable} is cpython-{HERE.python.replace('.', '')} final)",
        "`uv python find 3.99` (no network)",
        f"{tmp_path / 'versions'} (no 3.99 there)",
        "`uv python install 3.99` (no network)",
        "Install Python 3.99, with `uv python install 3.99` or pyenv, and run this again",
    ):
        assert part in str(caught.value)


def test_uv_finding_another_minor_version_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    wrong = script(tmp_path / "wrong", "echo cpython-398 final")
    uv = script(tmp_path / "uv", f"echo {wrong}")
    for patch in ("3.99.2", "3.99.10", "3.99-dev"):
        script(tmp_path / "versions" / patch / "bin" / "python", "echo cpython-399 final")

    assert interpreter_for("3.99", uv) == tmp_path / "versions" / "3.99.10" / "bin" / "python"


def test_what_uv_says_is_passed_on(checkout: Path, tmp_path: Path) -> None:
    (checkout / "requirements" / "notifier.txt").write_text("puremagic==2.2.0\n")

    with pytest.raises(BundleError, match=r"uv could not install requirements/notifier\.txt: (?s:.*)hash"):
        build("notifier", HERE, cache=tmp_path, root=checkout)

    assert list(tmp_path.glob("*.zip")) == []


def test_what_the_runtime_has_is_refused(checkout: Path, tmp_path: Path) -> None:
    lock_wheel(checkout / "requirements" / "notifier.txt", "botocore", {"botocore/__init__.py": ""})

    with pytest.raises(BundleError, match="brings botocore, which the Lambda runtime has"):
        build("notifier", HERE, cache=tmp_path, root=checkout)


def test_a_wheel_is_trimmed(checkout: Path, tmp_path: Path) -> None:
    files = {
        "thing/__init__.py": "",
        "thing/py.typed": "",
        "thing/__init__.pyi": "",
        "thing/tests/test_thing.py": "",
        "thing/latest.json": "{}",
        "thing-1.dist-info/NOTICE": "",
        "thing-1.dist-info/entry_points.txt": "[console_scripts]\nthing = thing:main\n",
    }
    lock_wheel(checkout / "requirements" / "notifier.txt", "thing", files)

    bundled = contents(build("notifier", HERE, cache=tmp_path, root=checkout))

    assert {name for name in bundled if PurePosixPath(name).parts[0] not in PACKAGES["notifier"]} == {
        "thing/__init__.pyc",
        "thing/latest.json",
        "thing-1.dist-info/METADATA",
        "thing-1.dist-info/NOTICE",
        "thing-1.dist-info/entry_points.txt",
    }
    assert bundled["thing-1.dist-info/METADATA"] == b"Metadata-Version: 2.1\nName: thing\nVersion: 1\n"


def test_a_module_that_does_not_compile_is_named(checkout: Path, tmp_path: Path) -> None:
    (checkout / "notifier" / "broken.py").write_text("def")

    with pytest.raises(BundleError, match=r"not everything compiles: (?s:.*)broken\.py"):
        build("notifier", HERE, cache=tmp_path, root=checkout)


@pytest.mark.parametrize(
    ("gone", "text"),
    [("requirements/api.txt", "run `make lock`"), ("records", r"the package records/ is missing or empty")],
)
def test_missing_inputs(gone: str, text: str, checkout: Path, tmp_path: Path) -> None:
    (checkout / gone).rename(tmp_path / "gone")

    with pytest.raises(BundleError, match=text):
        build("api", HERE, cache=tmp_path, root=checkout)


def test_a_broken_contract_is_told_with_every_problem(checkout: Path, tmp_path: Path) -> None:
    orders = checkout / "contracts" / "orders.yaml"
    orders.write_text("prefx: orders\nminBytes: many\n")

    with pytest.raises(BundleError) as caught:
        build("api", HERE, cache=tmp_path, root=checkout)

    title, *told = str(caught.value).splitlines()
    assert title == "the contracts cannot be used:"
    assert [line.split(": ")[0] for line in told] == [f"{orders}:1:1", f"{orders}:2:11"]
    assert list(tmp_path.glob("*.zip")) == []


def test_the_command_shows_a_broken_contracts_problems_on_lines_of_their_own(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "contracts" / "orders.yaml").write_text("prefx: orders\nminBytes: many\n")
    monkeypatch.setattr("components.bundle.build", partial(build, root=checkout))

    assert main(["api", "--target", "host"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_an_unknown_architecture(tmp_path: Path) -> None:
    target = Target(HERE.python, "riscv64")

    with pytest.raises(BundleError, match=r"no architecture 'riscv64': choose arm64 or x86_64"):
        build("notifier", target, cache=tmp_path)


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notifier", "--target", "host"]) == 0

    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split() == ["name", "MB", "unzipped", "MB", "zipped", "path"]
    assert re.fullmatch(r"notifier +0\.\d\d +0\.\d\d  \S+\.zip", row)


def test_the_command_fails_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nobody"]) == 1

    assert capsys.readouterr().err == (
        "error: there is no bundle 'nobody': choose from processor, notifier, api\n"
    )


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def lock_wheel(lock: Path, name: str, files: dict[str, str]) -> None:
    """A wheel of these files beside the lock, and the lock for it."""
    wheel = lock.with_name(f"{name}-1-py3-none-any.whl")
    info = f"{name}-1.dist-info"
    described = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n\nA long story.\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | described).items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in archive.namelist()))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.write_text(f"{name} @ {wheel.as_uri()} --hash=sha256:{digest}\n")
