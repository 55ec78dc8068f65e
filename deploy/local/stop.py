"""``make stop``: end what ``make run`` of this checkout started, and the private cluster. Standard library only."""

import os
import signal
import sys
import time
from pathlib import Path

from deploy.local.cluster import ClusterError, private_cluster
from deploy.local.paths import CLUSTER, RUNNING


def main() -> None:
    pid = RUNNING.read_text().strip() if RUNNING.exists() else ""
    process = Path(f"/proc/{pid}/cmdline")
    if pid.isdigit() and process.exists() and b"deploy.local.run" in process.read_bytes():
        os.kill(int(pid), signal.SIGTERM)
        for _ in range(300):
            if not process.exists():
                break
            time.sleep(0.1)
        else:
            sys.exit(f"process {pid} does not stop; 'kill -9 {pid}' ends it")
    RUNNING.unlink(missing_ok=True)
    if CLUSTER.exists():
        try:
            private_cluster().stop()
        except ClusterError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
