"""``python -m tests.mutants [NAME…]``: sow each defect into a copy of the tree, and see whether its tests notice.

Exit status 1 where one survives, 2 where the tests fail without any defect.
"""

import argparse
import contextlib
import os
import queue
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.cluster import Cluster
from tests.conftest import ADMIN, TEMPLATE_KEPT
from tests.mutants.mutant import ApplyError, Field, Mutant, Outcome, copy_tree, every
from tests.support.database import Server
from tests.support.tree import ROOT


def main() -> int:
    """Return 0 where every defect was noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("names", nargs="*", help="of patches; none: all")
    parser.add_argument("--jobs", type=int, default=1, help="copies that are worked on at once")
    parser.add_argument("--verbose", action="store_true", help="show what pytest said of each that was not caught")
    given = parser.parse_args()
    known = {mutant.name: mutant for mutant in every()}
    if unknown := sorted(set(given.names) - set(known)):
        parser.error(f"there is no patch {', '.join(unknown)}")
    chosen = [known[name] for name in given.names] or list(known.values())
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that PostgreSQL is stopped
    started = time.monotonic()
    fields: queue.SimpleQueue[Field] = queue.SimpleQueue()
    with contextlib.ExitStack() as stack:
        for _ in range(given.jobs):
            fields.put(stack.enter_context(_field()))
        field = fields.get()
        tests = tuple(sorted({test for mutant in chosen for test in mutant.tests}))
        outcome, said = field.run(tests, first=False)
        fields.put(field)
        if outcome is not Outcome.SURVIVED:
            _say(f"the tests fail without any defect:\n{said}")
            return 2
        pool = ThreadPoolExecutor(given.jobs)
        stack.callback(pool.shutdown, cancel_futures=True)  # interrupted, it finishes what is sown and no more
        outcomes = list(pool.map(lambda mutant: _sow(fields, mutant, verbose=given.verbose), chosen))
    caught = outcomes.count(Outcome.CAUGHT)
    for mutant, outcome in zip(chosen, outcomes, strict=True):
        if outcome is not Outcome.CAUGHT:
            _say(f"{outcome}: {mutant.name}: {mutant.what}")
    _say(f"caught {caught}/{len(chosen)} ({time.monotonic() - started:.0f} s)")
    return 0 if caught == len(chosen) else 1


@contextlib.contextmanager
def _field() -> Iterator[Field]:
    """A copy of the tree, and a PostgreSQL of its own with the template that the tests clone; no defect is in it."""
    with tempfile.TemporaryDirectory(prefix="registry-mutants-") as directory:
        root = Path(directory)
        root.chmod(0o755)
        copy_tree(ROOT, root / "tree")
        cluster = Cluster(root / "cluster", throwaway=True)
        url = cluster.start()
        try:
            Server(url).create_template()
            yield Field(root / "tree", {**os.environ, ADMIN: url, TEMPLATE_KEPT: "yes"})
        finally:
            cluster.stop()


def _sow(fields: "queue.SimpleQueue[Field]", mutant: Mutant, *, verbose: bool) -> Outcome:
    field, started = fields.get(), time.monotonic()
    try:
        outcome, said = field.sow(mutant)
    except ApplyError as error:
        outcome, said = Outcome.BROKEN, str(error)
    finally:
        fields.put(field)
    _say(f"{outcome:8} {mutant.name} ({time.monotonic() - started:.0f} s)")
    if verbose and outcome is not Outcome.CAUGHT:
        _say(said)
    return outcome


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
