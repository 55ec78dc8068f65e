"""How a source declares its files."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from registry.kernel.fields import WHOLE, Printable
from registry.kernel.validation import Wrong

Kind = Literal["csv", "ndjson", "xlsx", "rpls"]
Content = Literal["homes", "residences"]
Decimals = Literal["auto", "comma", "point"]
_ONLY: Final = {
    "delimiter": {"csv"}, "encoding": {"csv", "rpls"}, "sheet": {"xlsx"}, "decimal": {"csv", "ndjson", "xlsx"},
    "vintage": {"rpls"},
}  # fmt: skip


class Format(BaseModel):
    """What a file is. A gzip of it is recognised by its first bytes, whatever the kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    content: Annotated[
        Content, Field(description="What a record is. An RPLS file holds both, whatever is said here.")
    ] = "homes"
    delimiter: Annotated[
        Literal[";", ",", "\t", "|"] | None,
        Field(description="Of a CSV; found in its first line where it is not said."),
    ] = None
    encoding: Annotated[
        Literal["utf-8", "cp1252", "latin-1"] | None,
        Field(description="Where it is not said: UTF-8, or Windows-1252 (Latin-1) for what is not."),
    ] = None
    sheet: Annotated[
        Annotated[Printable, StringConstraints(min_length=1, max_length=100)] | None,
        Field(description="Of a workbook; the first one where it is not said."),
    ] = None
    decimal: Annotated[
        Decimals,
        Field(description="The sign before decimals; `auto` takes either, and of two different ones the last."),
    ] = "auto"
    vintage: Annotated[
        Annotated[int, Field(ge=2009, le=2100), WHOLE] | None,
        Field(description="Year of an RPLS file, at whose first of January it states the stock."),
    ] = None

    @model_validator(mode="after")
    def _only_what_the_kind_has(self) -> "Format":
        for name in sorted(self.model_fields_set & _ONLY.keys()):
            if self.kind not in _ONLY[name] and getattr(self, name) not in {None, "auto"}:
                raise Wrong(
                    f"un fichier {self.kind} n'a pas « {name} »", f"a file of kind {self.kind} has no '{name}'",
                    field=name,
                )  # fmt: skip
        return self
