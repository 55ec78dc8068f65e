"""A street with two landlords' homes along it, and a quarter on either side of its middle."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from registry.platform.database import Role
from registry.surroundings.service import Grounds
from registry.transfers.service.nearness import compare
from tests.integration.transfers.test_matching import BATHROOM, Desk
from tests.support.stock import home, residence

COMPARISONS = 4
"""Cases a day that the charter of its territory lets be compared."""


@dataclass
class Street:
    """A street of 4 km eastwards through the market's centre, its network, and two landlords' homes along it."""

    desk: Desk
    grounds: Grounds

    def at(self, east_m: float, north_m: float = 0) -> dict[str, float]:
        return self.desk.market.territory.point(east_m, north_m)

    async def quarter(self, code: str, west_m: float, east_m: float) -> None:
        territory = self.desk.market.territory
        corners = [
            self.at(x, y) for x, y in ((west_m, -800), (east_m, -800), (east_m, 800), (west_m, 800), (west_m, -800))
        ]
        ring = {"type": "Polygon", "coordinates": [[[at["lon"], at["lat"]] for at in corners]]}
        async with self.desk.market.jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(
                text(
                    "INSERT INTO quarters (layer, code, name, commune_code, vintage, shape)"
                    " VALUES ('door', :code, :code, :commune, 2026,"
                    " ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(:ring), 4326)))"
                ),
                {"code": code, "commune": territory.communes[0], "ring": json.dumps(ring)},
            )

    async def own(self, ref: str, east_m: float | None, north_m: float = 0, **changes: Any) -> None:
        """Publish an own home; where nobody knows, if no place is given."""
        place = None if east_m is None else self.at(east_m, north_m)
        given = {f"R-{ref}": residence(self.desk.market.territory.communes[0], place)}
        await self.desk.stock([{"ref": ref, **home(f"R-{ref}", BATHROOM, **changes)}], **given)

    async def others(self, north_m: float = 0, **east: float) -> None:
        commune = self.desk.market.territory.communes[0]
        given = {f"R-{ref}": residence(commune, self.at(east_m, north_m)) for ref, east_m in east.items()}
        await self.desk.offer([{"ref": ref, **home(f"R-{ref}", BATHROOM)} for ref in east], **given)

    async def compare(self, *, everything: bool = False) -> int:
        return await compare(self.desk.market.jobs, self.grounds, everything=everything)

    async def seen(self, ref: str, **asked: Any) -> dict[str, tuple[str | None, list[int] | None]]:
        """Return place and band of each home, by its landlord's reference, others' after a star."""
        found = await self.desk.matches(ref, beyond=True, limit=50, **asked)
        refs = await self.desk.refs(found["items"])
        return {name: (each["place"], each["distance_band_m"]) for name, each in zip(refs, found["items"], strict=True)}
