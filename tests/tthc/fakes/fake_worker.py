"""A process that writes its process id to a file, then behaves as told: ``fake_worker.py MODE FILE``."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

mode, file = sys.argv[1], Path(sys.argv[2])
with file.open("a") as stream:
    stream.write(f"{os.getpid()}\n")
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
elif mode == "crash":
    print("2026-11-23 08:00:00,123 ERROR worker: out of order", flush=True)
    sys.exit(3)
elif mode == "crash-once" and len(file.read_text().splitlines()) == 1:
    os.kill(os.getpid(), signal.SIGSEGV)
elif mode == "parent":
    subprocess.Popen([sys.executable, __file__, "run", str(file)])
print("INFO worker: đang chạy", flush=True)
time.sleep(600)
