"""``make stop``: end what ``make run`` of this checkout started, and the private cluster. Standard library only."""

import os

from deploy.local import console, processes
from deploy.local.cluster import existing_cluster
from deploy.local.console import SetUpError

_PATIENCE_S = 60


def main() -> None:
    running = [*processes.supervisors(), *processes.supervised()]
    try:
        processes.end(processes.supervisors(), grace_s=_PATIENCE_S)  # it ends its own, in order
        processes.end(processes.supervised())
    except PermissionError:
        raise SetUpError(
            f"process {running[0]} belongs to another user than {console.user_name(os.geteuid())}: stop it as the user"
            " who started it (root, with sudo)"
        ) from None
    cluster = existing_cluster()
    if cluster is not None:
        cluster.stop()


if __name__ == "__main__":
    console.ending(main)
