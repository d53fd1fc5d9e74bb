"""The set-up of the environment: finding Python, installing only when a lock changed."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"


@pytest.fixture
def environment():
    spec = importlib.util.spec_from_file_location("environment_under_test", SCRIPTS / "environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path):
    """A folder with the scripts and small locks."""
    root = tmp_path / "clone"
    shutil.copytree(SCRIPTS, root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements.lock").write_text("# runtime\n")
    (root / "requirements-dev.lock").write_text("# dev\n")
    return root


def bootstrap(root, *arguments, **environment):
    return subprocess.run(
        ["/bin/sh", str(root / "scripts" / "bootstrap.sh"), *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_without_python_one_sentence_says_what_to_install(clone):
    answer = bootstrap(clone, "runtime", PATH="/nonexistent", HOME="/nonexistent")
    assert answer.returncode == 1
    assert answer.stdout == ""
    [line] = answer.stderr.splitlines()
    assert "No complete Python 3.10 found" in line
    assert "pyenv install 3.10" in line
    assert "uv python install 3.10" in line


def test_a_python_that_does_not_work_or_is_of_another_version_is_passed_over(clone, tmp_path):
    """As pyenv's shims of versions that are not active."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, body in (("python3.10", "exit 127"), ("python3", "exit 1"), ("uv", "exit 127")):
        (folder / name).write_text(f"#!/bin/sh\necho 'pyenv: not here' >&2\n{body}\n")
        (folder / name).chmod(0o755)
    answer = bootstrap(clone, "runtime", PATH=str(folder), HOME="/nonexistent")
    assert answer.returncode == 1
    assert answer.stderr.startswith("No complete Python 3.10 found")


def test_a_wrong_python_that_was_named_is_refused(clone):
    answer = bootstrap(clone, "runtime", PATH="/nonexistent", PYTHON="/bin/false")
    assert answer.returncode == 1
    assert answer.stderr.startswith("PYTHON=/bin/false is not a complete Python 3.10")


def test_wrong_arguments(clone):
    answer = bootstrap(clone, "everything", PATH="/nonexistent")
    assert answer.returncode == 2
    assert answer.stderr.startswith("usage:")


@pytest.mark.parametrize("place", ["path", "pyenv", "named"])
def test_finds_python(clone, tmp_path, place):
    """The environment is current, so that nothing is installed: exit code 0 means Python was found."""
    base = Path(sys.base_prefix) / "bin" / "python3.10"
    stamp(clone, kind="runtime")
    folder = tmp_path / "home" / ".pyenv" / "versions" / "3.10.99" / "bin"
    folder.mkdir(parents=True)
    (folder / "python3.10").write_text(f'#!/bin/sh\nexec {base} "$@"\n')
    (folder / "python3.10").chmod(0o755)
    given = {
        "path": {"PATH": str(folder), "HOME": "/nonexistent"},
        "pyenv": {"PATH": "/nonexistent", "HOME": str(tmp_path / "home")},
        "named": {"PATH": "/nonexistent", "HOME": "/nonexistent", "PYTHON": str(base)},
    }
    answer = bootstrap(clone, "runtime", **given[place])
    assert (answer.returncode, answer.stderr) == (0, "")


def stamp(root, kind, *, lock=None, place=None):
    folder = root / ".venv"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").touch()
    name = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}[kind]
    digest = lock or hashlib.sha256((root / name).read_bytes()).hexdigest()
    content = {"kind": kind, "lock": digest, "place": str(place or folder)}
    (folder / "stamp.json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("stamped", "wanted", "installed"),
    [
        ({"kind": "runtime"}, "runtime", None),
        ({"kind": "dev"}, "dev", None),
        ({"kind": "dev"}, "runtime", None),
        ({"kind": "runtime"}, "dev", "dev"),
        ({"kind": "runtime", "lock": "old"}, "runtime", "runtime"),
        ({"kind": "dev", "lock": "old"}, "runtime", "dev"),
        ({"kind": "runtime", "place": "/elsewhere/.venv"}, "runtime", "runtime"),
    ],
)
def test_installs_only_what_changed_and_keeps_the_test_tools(clone, environment, stamped, wanted, installed):
    stamp(clone, **stamped)
    assert environment.kind_to_install(clone, wanted, environment.read_stamp(clone)) == installed


def test_an_environment_with_test_tools_but_no_stamp_keeps_them(clone, environment):
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "pytest").touch()
    assert environment.kind_to_install(clone, "runtime", environment.read_stamp(clone)) == "dev"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"kind": "dev"}'])
def test_a_broken_stamp_counts_as_none(clone, environment, content):
    stamp(clone, "runtime")
    (clone / ".venv" / "stamp.json").write_text(content)
    assert environment.read_stamp(clone) == {}


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """A uv that only writes down how it is called."""
    calls = tmp_path / "uv-calls"
    folder = tmp_path / "uv-bin"
    folder.mkdir()
    (folder / "uv").write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "uv 9.9.9" && exit\n'
        f'echo "$@" >> {calls}\nexit ${{UV_EXIT:-0}}\n'
    )
    (folder / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return calls


def test_makes_an_environment_with_the_command(clone, environment, uv):
    package = clone / "tthc"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "cli.py").write_text("def main():\n    print('here')\n    return 7\n")
    environment.set_up(clone, "runtime")
    assert uv.read_text().split()[:3] == ["pip", "sync", "--require-hashes"]
    assert uv.read_text().strip().endswith("requirements.lock")
    answer = subprocess.run(
        [str(clone / ".venv" / "bin" / "tthc")], capture_output=True, text=True, check=False, cwd="/"
    )
    assert (answer.returncode, answer.stdout) == (7, "here\n")
    environment.set_up(clone, "runtime")
    assert len(uv.read_text().splitlines()) == 1, "nothing changed, nothing to install"
    (clone / "requirements.lock").write_text("# changed\n")
    environment.set_up(clone, "runtime")
    assert len(uv.read_text().splitlines()) == 2


def test_an_environment_that_was_moved_is_made_anew(clone, environment, uv):
    (clone / "tthc").mkdir()
    environment.set_up(clone, "runtime")
    moved = clone.with_name("moved")
    clone.rename(moved)
    environment.set_up(moved, "runtime")
    assert len(uv.read_text().splitlines()) == 2
    first_line = (moved / ".venv" / "bin" / "tthc").read_text().splitlines()[0]
    assert first_line == f"#!{moved}/.venv/bin/python"


def test_a_failed_installation_is_a_sentence_and_is_tried_again(clone, environment, uv, monkeypatch):
    monkeypatch.setenv("UV_EXIT", "1")
    with pytest.raises(environment.SetUpError, match="cannot install the locked packages"):
        environment.set_up(clone, "runtime")
    monkeypatch.setenv("UV_EXIT", "0")
    environment.set_up(clone, "runtime")
    assert environment.read_stamp(clone)["kind"] == "runtime"


def pins(name):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_dev_lock_holds_everything_of_the_runtime_lock():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock"]
)
def test_locks_have_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(name))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_pinned_uv_is_new_enough(environment):
    version = tuple(int(part) for part in pins("requirements-bootstrap.lock")["uv"].split(".")[:2])
    assert version >= environment.UV_MINIMUM
