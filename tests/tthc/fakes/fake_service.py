"""The real supervisor over fake processes.

``fake_service.py DATA_DIR PORT MODE_OF_WORKERS [OUTCOME] [FAILURE_OF_PREPARATION]``
"""

import asyncio
import sys

from tthc.errors import ExpectedError
from tthc.serve.child import RestartPolicy
from tthc.serve.log import Log
from tthc.serve.preparation import Preparation
from tthc.serve.service import Patience, Service

data_dir, port, mode, outcome, failure = (*sys.argv[1:], "answered", "")[:5]


def commands(settings, model):
    worker = ("fake_worker", mode)
    assert settings["TTHC_INTERNAL_TOKEN"], "the token is made before anything starts"
    return {
        "gateway": ("fake_gateway", port, outcome),
        "rasa": (*worker, f"{data_dir}/rasa.pids"),
        "actions": (*worker, f"{data_dir}/actions.pids"),
    }


async def main():
    log = Log(sys.stdout)
    command = ("fake_preparation", data_dir, port, *filter(None, [failure]))
    patience = Patience(
        ready=10, poll=0.05, question=1, between_questions=0.05, gateway_stop=1, other_stop=0.5
    )
    policy = RestartPolicy(first_pause=0.05, longest_pause=0.1, most_crashes=3)
    await Service(log, Preparation(log, command), commands, patience=patience, restarts=policy).run()


try:
    asyncio.run(main())
except ExpectedError as error:
    print(f"failed: {error}")
    sys.exit(error.exit_code)
