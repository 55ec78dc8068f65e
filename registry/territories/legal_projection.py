"""The legal projection of a territory, by département: what lengths and cells are measured in.

Source: décret n° 2000-1276 du 26 décembre 2000, as amended by décret n° 2019-165 of 5 March 2019, and arrêté du 5 mars
2019 (systèmes de référence légaux): RGF93 / Lambert-93 in metropolitan France, RGAF09 UTM 20N in the Antilles, RGFG95
UTM 22N in Guyane, RGR92 UTM 40S in La Réunion, RGM04 UTM 38S in Mayotte, RGSPM06 UTM 21N in Saint-Pierre-et-Miquelon.
"""

from collections.abc import Iterable
from typing import Final

from registry.territories.errors import ProjectionMixed

LAMBERT_93: Final = 2154
OVERSEAS: Final = {
    "971": 5490, "972": 5490, "977": 5490, "978": 5490, "973": 2972, "974": 2975, "975": 4467, "976": 4471,
}  # fmt: skip


def srid_of(departements: Iterable[str]) -> int:
    """Return the EPSG code of the legal projection that all ``departements`` share.

    Raises:
        ProjectionMixed: They do not share one.
    """
    found = {OVERSEAS.get(departement, LAMBERT_93) for departement in departements}
    if len(found) != 1:
        raise ProjectionMixed(field="communes", value=sorted(found))
    return found.pop()
