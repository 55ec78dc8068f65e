"""Kinds of organisations: a code list that grows; the database stores the code and does not constrain it."""

from enum import StrEnum
from typing import Final

from registry.kernel.text import Text


class OrganisationKind(StrEnum):
    LANDLORD = "landlord"
    COORDINATOR = "coordinator"
    LOCAL_AUTHORITY = "local_authority"
    OCCUPATIONAL_THERAPIST = "occupational_therapist"
    CARSAT = "carsat"
    CICAT = "cicat"
    CLIC = "clic"
    PARTNER = "partner"


LABELS: Final[dict[OrganisationKind, Text]] = {
    OrganisationKind.LANDLORD: Text("Bailleur social", "Social landlord"),
    OrganisationKind.COORDINATOR: Text("Coordinateur territorial", "Territorial coordinator"),
    OrganisationKind.LOCAL_AUTHORITY: Text("Collectivité territoriale", "Local authority"),
    OrganisationKind.OCCUPATIONAL_THERAPIST: Text("Ergothérapeute", "Occupational therapist"),
    OrganisationKind.CARSAT: Text(
        "Caisse d'assurance retraite et de la santé au travail (Carsat)",
        "Pension and occupational health fund (Carsat)",
    ),
    OrganisationKind.CICAT: Text(
        "Centre d'information et de conseil sur les aides techniques (CICAT)",
        "Information and advice centre on assistive devices (CICAT)",
    ),
    OrganisationKind.CLIC: Text(
        "Centre local d'information et de coordination (CLIC)",
        "Local information and coordination centre for older people (CLIC)",
    ),
    OrganisationKind.PARTNER: Text(
        "Partenaire de l'économie sociale et solidaire", "Partner of the social and solidarity economy"
    ),
}
