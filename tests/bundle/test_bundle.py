"""What is in the bundles, that the same inputs give the same bytes, and that the handlers run from them."""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any, get_type_hints

import pytest

from components import wheels
from components.bundle import KEPT, PACKAGES, ROOT, Bundle, BundleError, Target, build, main
from components.interpreters import find_uv, interpreter_for

BUDGET_BYTES = 12_000_000
MAGIC_OF_3_13 = 3571
UNCHECKED_HASH = 0b01
AARCH64 = 183
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
HERE = Target.this_machine()


@pytest.fixture(scope="session")
def python_3_13() -> Path:
    """Lambda's Python: without it nothing here says much, so it must be there."""
    return interpreter_for("3.13", find_uv())


@pytest.fixture(scope="session")
def bundles(python_3_13: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    cache = tmp_path_factory.mktemp("bundles")
    return {name: build(name, Target.aws(), cache=cache) for name in PACKAGES}


@pytest.fixture(params=PACKAGES)
def bundle(request: pytest.FixtureRequest, bundles: dict[str, Bundle]) -> Bundle:
    found: Bundle = bundles[request.param]
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project in another folder."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for package in set().union(*PACKAGES.values()):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def contents(bundle: Bundle) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# The same inputs give the same bytes.


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


def test_two_builds_at_once_agree_and_leave_nothing_behind(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda _: build("processor", HERE, cache=tmp_path), range(2))

    assert one == other
    assert list(tmp_path.iterdir()) == [one.path]


def test_a_bundle_knows_its_sizes_and_hash(bundle: Bundle) -> None:
    assert bundle.sha256 == hashlib.sha256(bundle.path.read_bytes()).hexdigest()
    assert bundle.size_bytes == bundle.path.stat().st_size
    assert bundle.unzipped_bytes == sum(map(len, contents(bundle).values()))


# What is in a bundle.


def test_only_its_own_packages_and_the_locked_wheels(bundle: Bundle) -> None:
    tops = {PurePosixPath(name).parts[0].removesuffix(".pyc") for name in contents(bundle)}
    code = {top for top in tops if not top.endswith(".dist-info")}
    locked = locked_distributions(bundle.name)

    assert code == {*PACKAGES[bundle.name], *(top for name in locked for top in top_levels(name))}
    assert {normalized(top.partition("-")[0]) for top in tops - code} == locked


def test_every_file_of_an_own_package_is_there(bundle: Bundle) -> None:
    files = [path for package in PACKAGES[bundle.name] for path in (ROOT / package).rglob("*.*")]
    wanted = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in files
        if path.is_file() and path.suffix not in {".pyc", ".md"} and not path.name.startswith(".")
    }

    assert wanted.items() <= contents(bundle).items()


def test_every_module_is_compiled_for_the_lambdas_python(bundle: Bundle) -> None:
    names = contents(bundle)
    for name, content in names.items():
        path = PurePosixPath(name)
        if path.suffix == ".py":
            assert path.parts[0] in PACKAGES[bundle.name], "wheels go without their sources"
            assert f"{path.parent}/__pycache__/{path.stem}.cpython-313.pyc" in names
        elif path.suffix == ".pyc":
            assert int.from_bytes(content[:2], "little") == MAGIC_OF_3_13, name
            assert int.from_bytes(content[4:8], "little") == UNCHECKED_HASH, name
            source = name.replace("__pycache__/", "").replace(".cpython-313", "")
            assert f"/var/task/{source.removesuffix('c')}".encode() in content, name


def test_nothing_that_a_lambda_does_not_need(bundle: Bundle) -> None:
    unwanted = re.compile(
        r"(^|/)(tests?|bin|boto3|botocore|RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json|\.lock)(/|$)"
        r"|\.pyi$|(^|/)py\.typed$|\.dist-info/sboms/"
    )

    assert [name for name in contents(bundle) if unwanted.search(name)] == []


def test_licences_and_versions_stay(bundles: dict[str, Bundle]) -> None:
    names = contents(bundles["api"])
    for folder in {PurePosixPath(name).parts[0] for name in names if ".dist-info/" in name}:
        assert f"{folder}/METADATA" in names
        assert any(name.startswith(f"{folder}/licenses/LICENSE") for name in names), folder


def test_times_and_modes_are_fixed(bundle: Bundle) -> None:
    with zipfile.ZipFile(bundle.path) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted({entry.filename for entry in entries})
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    for entry in entries:
        assert entry.external_attr >> 16 == (0o100755 if entry.filename.endswith(".so") else 0o100644)


def test_machine_code_is_for_arm64(bundles: dict[str, Bundle]) -> None:
    shared = {name: data for name, data in contents(bundles["api"]).items() if name.endswith(".so")}

    assert any(name.startswith("pydantic_core/") for name in shared)
    for name, data in shared.items():
        assert data[:4] == b"\x7fELF", name
        assert int.from_bytes(data[18:20], "little") == AARCH64, name


def test_the_api_is_within_its_budget(bundles: dict[str, Bundle]) -> None:
    assert bundles["api"].unzipped_bytes <= BUDGET_BYTES


def test_the_list_of_dead_weight_is_not_out_of_date() -> None:
    installed = Path(sysconfig.get_path("purelib"))

    assert [path for path in wheels.DEAD_WEIGHT if not (installed / path).exists()] == []


# The handlers run from the unpacked bundle, with nothing else on the path than what the runtime has.

PythonOf = tuple[Target, Path]

INVOKE = """
import importlib, json, sys
*folders, module, events = sys.argv[1:]
sys.path[:0] = folders
handler = importlib.import_module(module).handler
print(json.dumps([handler(event, None) for event in json.loads(events)]))
"""


def test_processor_runs_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    assert invoke("processor", [{"Records": []}], python_of, tmp_path) == [{"batchItemFailures": []}]


def test_notifier_runs_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    assert invoke("notifier", [{"Records": []}], python_of, tmp_path) == [{"published": 0}]


def test_api_runs_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    paths = ["/health", "/openapi.json", "/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"]

    answers = invoke("api", [get(path) for path in paths], python_of, tmp_path)

    assert [answer["statusCode"] for answer in answers] == [200] * len(paths)
    for asset in answers[3:]:
        assert asset["headers"]["content-encoding"] == "gzip"
        assert base64.b64decode(asset["body"])[:2] == b"\x1f\x8b"


@pytest.fixture(params=["host", "3.13"])
def python_of(request: pytest.FixtureRequest) -> PythonOf:
    if request.param == "host":
        return HERE, Path(sys.executable)
    python: Path = request.getfixturevalue("python_3_13")
    return Target.aws(HERE.architecture), python


def invoke(name: str, events: list[dict[str, Any]], python_of: PythonOf, tmp_path: Path) -> list[Any]:
    target, python = python_of
    unpacked, runtime = tmp_path / "task", tmp_path / "runtime"
    with zipfile.ZipFile(build(name, target, cache=tmp_path / "cache").path) as archive:
        archive.extractall(unpacked)
    runtime.mkdir()
    for module in RUNTIME:
        (runtime / module).symlink_to(Path(sysconfig.get_path("purelib"), module))
    done = subprocess.run(
        [python, "-S", "-I", "-c", INVOKE, unpacked, runtime, f"{name}.handler", json.dumps(events)],
        env=environment(name) | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def environment(name: str) -> dict[str, str]:
    """What the Lambda's settings ask for, and what the runtime sets."""
    settings = importlib.import_module(f"{name}.settings").Settings
    hints = get_type_hints(settings)
    dummies = {str: "dummy", int: "1", bool: "true"}
    return {field.name.upper(): dummies[hints[field.name]] for field in fields(settings)} | {
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "dummy",
        "AWS_SECRET_ACCESS_KEY": "dummy",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def get(path: str) -> dict[str, Any]:
    http = {
        "method": "GET",
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.1",
        "userAgent": "test",
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.example.com", "accept-encoding": "gzip"},
        "requestContext": {
            "http": http,
            "domainName": "api.example.com",
            "stage": "$default",
            "requestId": "1",
        },
        "isBase64Encoded": False,
    }


# What is said when it cannot be built.


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


def hide_uv(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(empty / "python"))
    monkeypatch.setenv("PATH", str(empty))


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


def locked_distributions(name: str) -> set[str]:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {normalized(found) for found in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}


def normalized(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def top_levels(distribution: str) -> set[str]:
    """The modules and packages that the development environment's copy of a wheel has."""
    files = importlib.metadata.files(distribution) or []
    tops = {file.parts[0].removesuffix(".py") for file in files}
    return {top for top in tops if top not in {"..", "__pycache__"} and not top.endswith(".dist-info")}
