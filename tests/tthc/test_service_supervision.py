"""The supervisor over fake processes: start, crash, stop, and being killed itself."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tthc.serve.steps import Step

FAKES = Path(__file__).parent / "fakes"
ROOT = Path(__file__).parents[2]


class Running:
    """A service under test and its log so far."""

    def __init__(self, data_dir, *arguments):
        self.data_dir = data_dir
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.lines = []
        self._queue = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, str(FAKES / "fake_service.py"), str(data_dir), str(self.port), *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{FAKES}"},
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def wait_for(self, text, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                line = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            if line is None:
                break
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} not in the log:\n" + "\n".join(self.lines))

    def end(self, seconds=10):
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        while (line := self._queue.get(timeout=seconds)) is not None:
            self.lines.append(line)
        self._queue.put(None)
        return code

    def pids(self, name):
        path = self.data_dir / f"{name}.pids"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def wait_for_pids(self, name, count, seconds=10):
        end = time.monotonic() + seconds
        while len(self.pids(name)) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.pids(name)) >= count
        return self.pids(name)


@pytest.fixture
def serve(tmp_path):
    started = []

    def start(*arguments):
        started.append(Running(tmp_path, *arguments))
        return started[-1]

    yield start
    for service in started:
        if service.process.poll() is None:
            service.process.terminate()
        service.process.wait(15)
        service._reader.join(15)
        service.process.stdout.close()


def alive(pid):
    try:
        # A zombie waits for its parent to take note; it runs no more.
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def serving_pids(service):
    """Process ids of both workers once all serve, signal handlers set included."""
    said = 0
    while said < 3:
        service.wait_for("")
        line = service.lines[-1]
        said += "worker: đang chạy" in line or "serving on" in line
    return service.pids("rasa") + service.pids("actions")


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_gone(pids, seconds=5):
    end = time.monotonic() + seconds
    while any(alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(alive(pid) for pid in pids)


def test_prints_the_address_only_after_a_question_was_answered(serve):
    service = serve("run")
    serving_pids(service)  # a worker's own line may reach the log after the address
    (line,) = [line for line in service.lines if "serving on" in line]
    assert f"http://127.0.0.1:{service.port}" in line
    order = [line for line in service.lines if f"/{len(Step)}]" in line]
    assert [line.split("[")[1].split("]")[0] for line in order][-2:] == [
        Step.SERVICES.number,
        Step.QUESTION.number,
    ]
    assert "answered" in order[-1]
    assert "rasa    | INFO worker: đang chạy" in "\n".join(service.lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_cleanly(serve, number):
    former = signal.signal(number, signal.SIG_DFL)  # the tests themselves may run under nohup
    try:
        service = serve("run")
    finally:
        signal.signal(number, former)
    pids = serving_pids(service)
    started = time.monotonic()
    service.process.send_signal(number)
    assert service.end() == 0
    assert time.monotonic() - started < 5
    assert service.lines[-1].endswith("stopped")
    assert wait_until_gone(pids)


def test_a_service_under_nohup_outlives_its_terminal(serve):
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        service = serve("run")
    finally:
        signal.signal(signal.SIGHUP, former)
    pids = serving_pids(service)
    service.process.send_signal(signal.SIGHUP)
    os.kill(pids[0], signal.SIGKILL)
    service.wait_for("rasa was killed by SIGKILL; starting it again")
    assert service.process.poll() is None


def test_a_child_that_ignores_the_signal_is_killed(serve):
    service = serve("stubborn")
    pids = serving_pids(service)
    service.process.terminate()
    assert service.end() == 0
    assert any("rasa did not stop within 0.5 s and was killed" in line for line in service.lines)
    assert wait_until_gone(pids)


def test_what_a_child_started_ends_with_it(serve):
    service = serve("parent")
    service.wait_for("serving on")
    pids = service.wait_for_pids("rasa", 2)
    service.process.terminate()
    assert service.end() == 0
    assert wait_until_gone(pids)


def test_a_crashed_child_is_started_again(serve):
    service = serve("crash-once")
    service.wait_for("rasa was killed by SIGSEGV; starting it again")  # the gateway may be ready before that
    assert len(service.wait_for_pids("rasa", 2)) == 2
    assert service.process.poll() is None


def test_a_child_killed_later_is_started_again(serve):
    service = serve("run")
    serving_pids(service)
    os.kill(service.pids("rasa")[0], signal.SIGKILL)
    service.wait_for("rasa was killed by SIGKILL; starting it again")
    first, second = service.wait_for_pids("rasa", 2)
    assert not alive(first)
    assert alive(second)


def test_a_child_that_keeps_crashing_ends_the_service_with_its_last_words(serve):
    service = serve("crash")
    assert service.end(20) == 1
    text = "\n".join(service.lines)
    assert "| ERROR worker: out of order" in text
    assert "ended with status 3 for the 4th time within 180 s, so the service stops" in text
    assert max(len(service.pids("rasa")), len(service.pids("actions"))) == 4


def test_killing_the_supervisor_leaves_no_orphan(serve):
    service = serve("stubborn")
    pids = serving_pids(service)
    assert all(alive(pid) for pid in pids)
    service.process.kill()
    service.process.wait(5)
    assert wait_until_gone(pids)
    end = time.monotonic() + 5
    while answers(service.port) and time.monotonic() < end:
        time.sleep(0.02)
    assert not answers(service.port), "the gateway is gone too"


def test_a_question_without_a_proper_answer_ends_the_service(serve):
    service = serve("run", "unclear")
    assert service.end(20) == 1
    assert "the first question was not answered (status 200, outcome unclear)" in "\n".join(service.lines)
    assert not any("serving on" in line for line in service.lines)


def test_a_late_first_answer_is_waited_for(serve):
    serve("run", "late").wait_for("serving on")


def test_a_first_question_that_is_never_answered_ends_the_service(serve):
    service = serve("run", "never")
    assert service.end(20) == 1
    assert "the first question was not answered (status 503, outcome None)" in "\n".join(service.lines)


def test_a_failed_step_is_one_sentence_with_its_exit_code(serve):
    service = serve("run", "answered", "usage")
    assert service.end() == 2
    assert service.lines[-1] == "failed: department.yml: 'name' must be given"
    assert service.pids("rasa") == []


def test_a_fault_of_the_preparation_shows_what_it_wrote(serve):
    service = serve("run", "answered", "fault")
    assert service.end() == 1
    text = "\n".join(service.lines)
    assert "prepare | Traceback: something broke" in text
    assert "the preparation ended with status 1" in text


def test_a_signal_during_the_preparation_stops_at_once(serve):
    service = serve("run", "answered", "slow")
    service.wait_for("model")
    started = time.monotonic()
    service.process.send_signal(signal.SIGINT)
    assert service.end() == 0
    assert time.monotonic() - started < 3


def test_a_second_service_on_the_same_data_is_refused(serve):
    first = serve("run")
    first.wait_for("serving on")
    second = serve("run")
    assert second.end() == 1
    assert f"another service (process {first.process.pid}) already works in" in "\n".join(second.lines)


def test_the_supervisor_stays_small(serve):
    service = serve("run")
    service.wait_for("serving on")
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident < 40 * 1024, "kilobytes"
