"""A preparation that succeeds at once, or fails: ``fake_preparation.py DATA_DIR PORT [failure]``."""

import sys
import time

from tthc.serve.steps import Event, Kind, Step

data_dir, port, failure = sys.argv[1], sys.argv[2], sys.argv[3:]


def emit(event):
    sys.stdout.write(event.to_line())
    sys.stdout.flush()


texts = {
    "HOST": "127.0.0.1", "PORT": port, "TTHC_DATA_DIR": data_dir, "TTHC_INTERNAL_TOKEN": "",
    "TTHC_LOG_LEVEL": "INFO", "TTHC_RASA_PORT": "1", "TTHC_ACTIONS_PORT": "2",
}  # fmt: skip
emit(Event(Kind.SETTINGS, Step.SETTINGS, settings=texts))
if not sys.stdin.readline():
    sys.exit(1)
if failure == ["usage"]:
    emit(Event(Kind.FAILED, Step.DEPARTMENT, "department.yml: 'name' must be given", exit_code=2))
    sys.exit(2)
if failure == ["fault"]:
    sys.exit("Traceback: something broke")
if failure == ["slow"]:
    emit(Event(Kind.STARTED, Step.MODEL))
    time.sleep(600)
for step in (Step.DATABASE, Step.MODEL, Step.CATALOGUE):
    emit(Event(Kind.STARTED, step))
    emit(Event(Kind.FINISHED, step, f"{step.value} is there"))
