"""What the attacker does not see: the true places, the exact zones, random points of each published area."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Final

from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.territories import service as territories
from tests.integration.privacy.figures import Truth
from tests.integration.privacy.scene import DISC_M, Point, Scene

POINTS: Final = 400
_LISTINGS: Final = text(
    """
    SELECT CAST(l.id AS text), z.id, coalesce(z.quarters_shown, false), l.quarter_codes
    FROM listings l LEFT JOIN location_zones z ON z.id = l.zone_id WHERE l.territory_id = :territory
    """
)
# A commune of which only the centre is known is published as a disc around it (projection.DISC_M).
_POINTS: Final = text(
    """
    SELECT z.id, ST_X(p.geom), ST_Y(p.geom)
    FROM location_zones z
    JOIN territories t ON t.id = z.territory_id
    JOIN communes c ON c.code = z.commune_code
    CROSS JOIN LATERAL (SELECT ST_Transform(coalesce(z.region,
        CASE WHEN z.size_m > 0 THEN ST_MakeEnvelope(z.x * z.size_m, z.y * z.size_m, (z.x + 1) * z.size_m,
            (z.y + 1) * z.size_m, t.srid) ELSE ST_Transform(CAST(ST_Buffer(CAST(c.centre AS geography), :disc)
            AS geometry), t.srid) END), 4326) AS shape) zone
    CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(zone.shape, :points, 1)) p
    WHERE z.territory_id = :territory
    """
)


async def tell(jobs: Database, scene: Scene) -> Truth:
    """Return the truth about the listings of other landlords than the attacker."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        rows = list(await session.execute(_LISTINGS, {"territory": scene.territory}))
        points = list(await session.execute(_POINTS, {"territory": scene.territory, "points": POINTS, "disc": DISC_M}))
        codes = await territories.quarters_of_points(session=session, points=[(lon, lat) for _, lon, lat in points])
        sites = [scene.degrees(site.at) for site in scene.homes.values()]
        there = await territories.quarters_of_points(session=session, points=[(at["lon"], at["lat"]) for at in sites])
    by_zone: dict[int, list[tuple[Point, tuple[str, ...]]]] = defaultdict(list)
    for (zone, lon, lat), here in zip(points, codes, strict=True):
        by_zone[zone].append((scene.metres(lon, lat), tuple(sorted(here))))
    own = f"{scene.attacker.id}/"
    areas: dict[str, Hashable] = {}
    pools: dict[Hashable, list[Point]] = {}
    for listing, zone, shown, quarters in rows:
        if scene.listed.get(listing, own).startswith(own):
            continue
        area = (zone, tuple(sorted(quarters)) if shown else None)
        areas[listing] = area
        if area not in pools:
            inside = [at for at, here in by_zone[zone] if area[1] is None or here == area[1]]
            pools[area] = inside or [at for at, _ in by_zone[zone]]
    return Truth(
        places={listing: scene.site(listing).at for listing in areas},
        residences={listing: scene.site(listing).residence for listing in areas},
        areas=areas,
        pools=pools,
        quarters={ref: tuple(sorted(codes)) for ref, codes in zip(scene.homes, there, strict=True)},
    )
