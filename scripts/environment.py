"""Makes ``.venv`` hold exactly the locked packages, and the ``tthc`` command.

Run by ``scripts/bootstrap.sh`` with a bare Python 3.10, so it uses the standard library only. Does
nothing when the environment already holds what the locks say: a stamp in it remembers which.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_MINIMUM = (0, 5)
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
"""Kind of environment -> its lock. The dev lock holds everything that the runtime lock holds."""

COMMAND = """#!{python}
import sys

from tthc.cli import main

sys.exit(main())
"""


class SetUpError(Exception):
    """The environment cannot be made; the message is one clear sentence."""


def digest(root: Path, kind: str) -> str:
    """Hash of the lock of ``kind``."""
    return hashlib.sha256((root / LOCKS[kind]).read_bytes()).hexdigest()


def read_stamp(root: Path) -> dict[str, str]:
    """What the environment in ``root`` holds; empty when it was never finished, moved or broken."""
    environment = root / ".venv"
    try:
        stamp = json.loads((environment / "stamp.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stamp = {}
    if not isinstance(stamp, dict) or stamp.get("place") != str(environment):
        return {}
    return stamp if (environment / "bin" / "python").exists() else {}


def kind_to_install(root: Path, wanted: str, stamp: dict[str, str]) -> str | None:
    """Which lock to install, or None when the environment is as it should be.

    A development environment stays one: ``make run`` must not take the test tools away.
    """
    is_dev = stamp.get("kind") == "dev" or (not stamp and (root / ".venv" / "bin" / "pytest").exists())
    kind = "dev" if is_dev else wanted
    return None if stamp.get("kind") == kind and stamp.get("lock") == digest(root, kind) else kind


def make_environment(root: Path, stamp: dict[str, str]) -> Path:
    """Return the interpreter of the environment, making a new one when it is missing or was moved."""
    place = root / ".venv"
    python = place / "bin" / "python"
    if stamp or _belongs_here(python):
        return python
    shutil.rmtree(place, ignore_errors=True)
    venv.EnvBuilder(symlinks=True).create(place)
    return python


def _belongs_here(python: Path) -> bool:
    if not python.exists():
        return False
    code = "import sys; print(sys.version_info[:2] == (3, 10) and sys.prefix)"
    answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == str(python.parent.parent)


def find_uv(root: Path) -> str:
    """Return a uv that works: the machine's own, else one pinned by hash inside the environment."""
    own = shutil.which("uv")
    if own and _uv_version(own) >= UV_MINIMUM:
        return own
    place = root / ".venv" / "uv"
    uv = place / "bin" / "uv"
    if not uv.exists() or _uv_version(str(uv)) < UV_MINIMUM:
        say("getting uv, the installer")
        venv.EnvBuilder(symlinks=True, with_pip=True, clear=True).create(place)
        lock = str(root / "requirements-bootstrap.lock")
        options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        run([str(place / "bin" / "python"), "-m", "pip", "install", *options, "-r", lock], "uv")
    return str(uv)


def _uv_version(uv: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False)
        return tuple(int(part) for part in answer.stdout.split()[1].split(".")[:2])
    except (OSError, ValueError, IndexError):
        return ()


def install(root: Path, python: Path, uv: str, kind: str) -> None:
    """Install exactly the lock of ``kind`` and our own command.

    Byte-compiled at once: Rasa and TensorFlow take over 20 s to import without it, and containers
    often forbid Python to do it later.
    """
    options = ["--require-hashes", "--compile-bytecode", "--python", str(python)]
    if not sys.stderr.isatty():
        options.append("--quiet")
    run([uv, "pip", "sync", *options, str(root / LOCKS[kind])], "the locked packages")
    [packages] = (python.parent.parent / "lib").glob("python3.*/site-packages")
    (packages / "tthc_assistant.pth").write_text(f"{root}\n", encoding="utf-8")
    command = python.parent / "tthc"
    command.write_text(COMMAND.format(python=python), encoding="utf-8")
    command.chmod(0o755)


def run(command: list[str], what: str) -> None:
    """Run a step of the set-up with its output shown.

    Raises:
        SetUpError: it failed; ``what`` says what could not be installed.
    """
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)
    if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode != 0:
        raise SetUpError(
            f"cannot install {what} (its message is above): check the network, the disk space "
            "and the package index, then run the same command again"
        )


def say(text: str) -> None:
    """Tell what is going on, on stderr like every other progress."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)  # noqa: T201 - a script's own output


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one set-up at a time work on the environment of ``root``."""
    with (root / LOCKS["runtime"]).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(root: Path, wanted: str) -> None:
    """Bring the environment of ``root`` to the locks.

    Raises:
        SetUpError: it cannot be done; the message says why.
        OSError: the folder cannot be written.
    """
    with alone(root):
        stamp = read_stamp(root)
        kind = kind_to_install(root, wanted, stamp)
        if kind is None:
            return
        started = time.monotonic()
        say(f"installing {LOCKS[kind]} into .venv (once per change of the lock)")
        (root / ".venv" / "stamp.json").unlink(missing_ok=True)
        python = make_environment(root, stamp)
        install(root, python, find_uv(root), kind)
        content = {"kind": kind, "lock": digest(root, kind), "place": str(root / ".venv")}
        (root / ".venv" / "stamp.json").write_text(json.dumps(content), encoding="utf-8")
        say(f"environment ready ({time.monotonic() - started:.0f} s)")


def main() -> int:
    """Set the environment up; the exit code is 0 or 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(LOCKS))
    wanted = parser.parse_args().kind
    try:
        set_up(ROOT, wanted)
    except (SetUpError, OSError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; run the same command again to go on")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
