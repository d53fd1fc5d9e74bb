"""The command line as a whole: help, exit codes, errors as one sentence."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.database.migrate import MigrationError
from knowledge.department.profile import ProfileError
from knowledge.settings import SettingsError
from tthc import __version__, cli
from tthc.errors import ExpectedError, UsageError

ROOT = Path(__file__).parents[2]


def tthc(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tthc", *arguments], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, **environment}, check=False, timeout=60,
    )  # fmt: skip


def test_help_lists_every_command_and_the_exit_codes():
    answer = tthc("--help")
    assert answer.returncode == 0
    for command in cli.COMMANDS:
        assert re.search(rf"\n    {command}\s", answer.stdout)
    assert "exit codes:" in answer.stdout


def test_help_is_there_at_once():
    """In processor time, which a busy machine does not stretch."""
    assert min(_processor_seconds("--help") for _ in range(3)) < 0.3


def _processor_seconds(*arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert tthc(*arguments).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help(command):
    answer = tthc(command, "--help")
    assert answer.returncode == 0
    assert f"usage: tthc {command}" in answer.stdout
    assert "import" not in answer.stderr


def test_version():
    assert tthc("--version").stdout == f"tthc {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["serve", "--no-such-option"]])
def test_wrong_arguments_are_exit_code_2(arguments):
    answer = tthc(*arguments)
    assert answer.returncode == 2
    assert "usage:" in answer.stderr


def test_a_malformed_setting_is_one_sentence_and_exit_code_2():
    answer = tthc("train", PORT="eighty")
    assert answer.returncode == 2
    assert answer.stderr == "tthc: PORT='eighty' is not usable: expected a whole number between 1 and 65535\n"


def test_an_unknown_setting_is_named():
    answer = tthc("train", TTHC_COLOUR="blue")
    assert answer.returncode == 2
    assert "unknown setting TTHC_COLOUR" in answer.stderr


def test_debug_shows_where_an_expected_error_arose():
    answer = tthc("train", PORT="eighty", TTHC_LOG_LEVEL="DEBUG")
    assert answer.returncode != 0
    assert "Traceback" in answer.stderr
    assert "SettingsError" in answer.stderr


def run_handler(monkeypatch, handler):
    def register(subparsers):
        subparsers.add_parser("probe").set_defaults(handler=handler)

    module = type(sys)("tthc.commands.probe")
    module.register = register
    monkeypatch.setitem(sys.modules, "tthc.commands.probe", module)
    monkeypatch.setattr(cli, "COMMANDS", ("probe",))
    return cli.main(["probe"])


def failing(error):
    def handler(_):
        raise error

    return handler


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ExpectedError("the disk is full"), 1),
        (UsageError("the disk is full"), 2),
        (SettingsError("the disk is full"), 2),
        (ProfileError("the disk is full"), 1),
        (MigrationError("the disk is full"), 1),
    ],
)
def test_expected_errors_become_a_sentence(monkeypatch, capsys, error, code):
    assert run_handler(monkeypatch, failing(error)) == code
    assert capsys.readouterr().err == "tthc: the disk is full\n"


def test_our_own_faults_keep_their_traceback(monkeypatch):
    with pytest.raises(ZeroDivisionError):
        run_handler(monkeypatch, failing(ZeroDivisionError("1/0")))


def test_an_interrupt_is_no_traceback(monkeypatch, capsys):
    assert run_handler(monkeypatch, failing(KeyboardInterrupt())) == 1
    assert capsys.readouterr().err == "tthc: interrupted\n"


def test_a_reader_that_goes_away_is_no_error():
    code = "import sys; from tthc import cli; sys.exit(cli.main(['--help']))"
    pipe = f'{sys.executable} -c "{code}" | true'
    answer = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {pipe}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in answer.stderr
