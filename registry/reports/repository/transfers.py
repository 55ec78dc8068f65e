"""What a report counts of transfers and of vacated homes, as the job does; for the whole territory.

Beside the whole, each count is made for every landlord's own part: those that read a report know theirs.
"""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.transfers.service.endings import LET, OVER_ON
from registry.vocabulary.transfers import LARGE_ROOMS, LOST_TO, Loss, Outcome, Refusal

_HOUSED: Final = "('leased', 'moved', 'followed_3_months', 'followed_12_months')"
_ENDED: Final = "('declined', 'refused', 'rejected', 'withdrawn')"
_IN_TIME: Final = "(answered_at AT TIME ZONE 'Europe/Paris')::date <= answer_by"
_KNOWN: Final = ", ".join(f"'{code}'" for code in Refusal if code is not Refusal.OTHER)
_PROPOSALS: Final = text(
    f"""
    SELECT party, count(*) AS proposals, count(*) FILTER (WHERE state IN {_HOUSED}) AS housed,
        count(*) FILTER (WHERE state NOT IN {_HOUSED} AND state NOT IN {_ENDED}) AS ongoing,
        count(*) FILTER (WHERE state = 'declined') AS declined, count(*) FILTER (WHERE state = 'refused') AS refused,
        count(*) FILTER (WHERE state = 'rejected') AS rejected,
        count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn,
        count(answered_at) AS answered, count(*) FILTER (WHERE {_IN_TIME}) AS in_time,
        count(*) FILTER (WHERE NOT {_IN_TIME}) AS late, {
        ", ".join(
            "count(*) FILTER (WHERE state = 'refused' AND "
            + (f"reason = '{code}'" if code is not Refusal.OTHER else f"(reason IS NULL OR reason NOT IN ({_KNOWN}))")
            + f") AS refused_{code}"
            for code in Refusal
        )
    }
    FROM transfer_proposals
    CROSS JOIN LATERAL (SELECT organisation_id AS party UNION SELECT owner_id UNION SELECT NULL) parties
    WHERE territory_id = :territory AND (created_at AT TIME ZONE 'Europe/Paris')::date BETWEEN :first AND :last
    GROUP BY party
    """
)
_MOVES: Final = text(
    f"""
    SELECT party, count(*) AS moves, count(*) FILTER (WHERE freed) AS larger_freed,
        count(*) FILTER (WHERE freed AND rooms_before >= {LARGE_ROOMS}) AS large_freed,
        count(*) FILTER (WHERE freed AND rooms_before < {LARGE_ROOMS}) AS small_freed,
        count(*) FILTER (WHERE NOT freed) AS none_freed
    FROM (SELECT organisation_id, rooms_before, coalesce(rooms_before > rooms_after, false) AS freed FROM transfer_moves
        WHERE territory_id = :territory AND moved_on BETWEEN :first AND :last) moved
    CROSS JOIN LATERAL (SELECT organisation_id AS party UNION SELECT NULL) parties
    GROUP BY party
    """
)
_VACATED: Final = text(
    f"""
    SELECT party, count(*) FILTER (WHERE let) AS relet, count(*) FILTER (WHERE NOT let) AS {Loss.NOT_LET},
        count(*) FILTER (WHERE let AND outcome IS NULL) AS unstated,
        count(*) FILTER (WHERE let AND examined) AS examined,
        count(*) FILTER (WHERE let AND examined IS NOT TRUE) AS not_examined, {
        ", ".join(f"count(*) FILTER (WHERE let AND outcome = '{code}') AS {code}" for code in Outcome)
    }, {", ".join(f"count(*) FILTER (WHERE loss = '{code}') AS lost_{code}" for code in LOST_TO)}
    FROM vacated_homes v
    CROSS JOIN LATERAL (SELECT {LET} AS let) ended
    CROSS JOIN LATERAL (SELECT organisation_id AS party UNION SELECT NULL) parties
    WHERE territory_id = :territory AND outcome IS DISTINCT FROM 'tenant_stayed'
        AND {OVER_ON} BETWEEN :first AND :last
    GROUP BY party
    """
)


class Counts(NamedTuple):
    """Counts by column, and of each landlord the part that it knows: a proposal is known to both its sides."""

    whole: dict[str, int]
    parts: list[dict[str, int]]


async def count(session: AsyncSession, territory: int, year: int) -> dict[str, Counts]:
    """Return the counts of each table of a calendar year in Paris; where there is nothing, none by any column.

    As the job.
    """
    values = {"territory": territory, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    found = {}
    for name, statement in (("transfers", _PROPOSALS), ("moves", _MOVES), ("vacated", _VACATED)):
        by_party = {
            row["party"]: {column: row[column] for column in row if column != "party"}
            for row in (await session.execute(statement, values)).mappings()
        }
        found[name] = Counts(by_party.pop(None, {}), list(by_party.values()))
    return found
