"""What a landlord states of its reservation conventions: what they say of transfers."""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from registry.kernel.fields import YesNo
from registry.kernel.validation import Wrong
from registry.stock.schemas import Strict
from registry.stock.schemas.works import PastDate
from registry.territories.schemas import DepartementCode
from registry.vocabulary.stock import QuotaHolder

MOST: Final = 1_000
"""Conventions in a body: more than there are départements and quota holders, so that no landlord's list is too long."""
HOLDERS: Final = tuple(holder for holder in QuotaHolder if holder is not QuotaHolder.NOT_RESERVED)
"""With whom there can be a convention."""


def _holder(value: QuotaHolder) -> QuotaHolder:
    if value not in HOLDERS:
        raise Wrong(
            "une convention est conclue avec un réservataire : de 1 à 6",
            "a convention is made with a quota holder: from 1 to 6",
        )
    return value


Holder = Annotated[
    QuotaHolder,
    AfterValidator(_holder),
    WithJsonSchema(
        {
            "type": "string",
            "enum": [holder.value for holder in HOLDERS],
            "description": "RPLS CONTRESLOG: with whom it was made.",
        }
    ),
]


class ReservationConventionIn(Strict):
    """What the convention with a quota holder says of transfers in a département."""

    departement: Annotated[DepartementCode, Field(description="Its code, as communes have it: 06, 2A, 974.")]
    quota_holder: Holder
    own_transfers: Annotated[
        YesNo | None,
        Field(
            description="Whether a transfer within your own stock is deducted from the flow; null: it does not say, or"
            " you have not looked."
        ),
    ] = None
    others_transfers: Annotated[
        YesNo | None, Field(description="Whether a transfer between landlords is deducted from the flow; null: so.")
    ] = None
    dated: Annotated[PastDate | None, Field(description="When it was signed.")] = None


class ReservationConventionsIn(Strict):
    """All your conventions; the list is replaced as a whole, and has each département and quota holder once."""

    conventions: Annotated[tuple[ReservationConventionIn, ...], Field(max_length=MOST)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({(given.departement, given.quota_holder) for given in self.conventions}) < len(self.conventions):
            raise Wrong(
                "le même réservataire est donné deux fois dans un département ; gardez une ligne",
                "the same quota holder is given twice in a département; keep one line",
                field="conventions",
            )
        return self


EXAMPLE: Final = {
    "conventions": [
        {
            "departement": "33", "quota_holder": "3", "own_transfers": True, "others_transfers": False,
            "dated": "2023-11-20",
        },
        {"departement": "33", "quota_holder": "4", "own_transfers": True, "others_transfers": None, "dated": None},
    ]
}  # fmt: skip
