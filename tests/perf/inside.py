"""Times inside the database: what the server itself says that a search took, without any client."""

import uuid
from collections.abc import Sequence

from tests.perf.searches import Asked
from tests.support.database import Server
from tests.support.plans import Explainer

BYPASSING = "bench_bypassing"
LANDLORD = "registry_landlord"


def sides(server: Server, database: str, organisation: uuid.UUID) -> tuple[Explainer, Explainer]:
    """Return the product's role, and one to which row-level security does not apply."""
    with server.connect(database) as admin:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BYPASSING]).fetchone():
            admin.execute(f"CREATE ROLE {BYPASSING} NOLOGIN BYPASSRLS")
        admin.execute(f"GRANT USAGE ON SCHEMA registry TO {BYPASSING}")
        admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA registry TO {BYPASSING}")
        admin.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA registry TO {BYPASSING}")
    return (
        Explainer(server.url(database, "registry_web"), LANDLORD, organisation),
        Explainer(server.url(database), BYPASSING, organisation),
    )


def times(explainers: Sequence[Explainer], asked: Sequence[Asked], rounds: int = 3) -> list[list[float]]:
    """Return each side's milliseconds for every run of every search, ``rounds`` of each, the sides taking turns.

    Every run counts by itself: the median of a search's runs would hide what makes one of them slow.
    """
    seen: list[list[list[float]]] = [[[] for _ in asked] for _ in explainers]
    for _ in range(rounds + 1):
        for number, one in enumerate(asked):
            for side, of_side in zip(explainers, seen, strict=True):
                explained = side.explain(one.sql, one.values, options="ANALYZE, TIMING OFF")
                of_side[number].append(explained["Execution Time"])
    return [[run for rounds_ in of_side for run in rounds_[1:]] for of_side in seen]  # the first round warms
