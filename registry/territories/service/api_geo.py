"""Communes from API Géo (geo.api.gouv.fr, Etalab): the present ones, with contours, a département at a time.

It says nothing of a year: what it answers holds for the day on which it is asked.
"""

from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.text import Text
from registry.platform.outbound import Outbound, TargetRefused
from registry.territories.errors import GeoApiUnavailable
from registry.territories.service.load import FileLoaded, load_json

FIELDS: Final = "nom,code,codeEpci,codeDepartement,codeRegion,population,centre,contour"
TIMEOUT_S: Final = 120.0
MAX_BYTES: Final = 200_000_000
"""The largest départements answer some twenty million bytes."""


def outbound_to(base_url: str, *, private: bool = False) -> Outbound:
    """Return the client that may ask ``base_url``, and nothing else."""
    host = (urlsplit(base_url).hostname or "").lower()
    return Outbound(frozenset({host}), private=private, timeout_s=TIMEOUT_S, max_bytes=MAX_BYTES)


async def load_departement(
    *, session: AsyncSession, outbound: Outbound, base_url: str, departement: str, vintage: int
) -> FileLoaded:
    """Load the communes of a département as :func:`registry.territories.service.load.load_file` loads a file of them.

    Args:
        session: The transaction, of ``Role.JOB``; an answer that is wrong undoes it.
        outbound: Asks.
        base_url: "https://geo.api.gouv.fr".
        departement: Its code.
        vintage: Year for which the communes hold.

    Raises:
        GeoApiUnavailable: It does not answer, or not as it must.
        FileEmpty: It knows no commune of the département.
        FileRowInvalid: A commune is wrong; which one is said.
    """
    url = f"{base_url.rstrip('/')}/departements/{departement}/communes?fields={FIELDS}&format=json"
    try:
        body = await outbound.get(url)
        content = body.decode()
    except (TargetRefused, UnicodeDecodeError) as error:
        raise GeoApiUnavailable(
            Text(f"L'API Géo n'a pas bien répondu ({error}).", f"API Géo did not answer as it must ({error})."),
            field="departement", value=departement,
        ) from None  # fmt: skip
    return await load_json(session=session, content=content, name=f"API Géo, {departement}", vintage=vintage)
