"""``/v1/mappings/{name}/try``: what a mapping makes of a sample."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from registry.access.contract import stating
from registry.access.dependencies import StockReader
from registry.access.errors import BodyEncodingUnsupported
from registry.access.media import language_of
from registry.sync import errors, source_errors
from registry.sync.routes.imports import KIND_OF_TYPE, kind_of, take_body
from registry.sync.routes.mappings import Name, VersionQuery
from registry.sync.schemas import trials as schemas
from registry.sync.service import trials as service
from registry.sync.service.spools import spool
from registry.sync.service.told import told_note

router = APIRouter(tags=["sync"])
_KINDS: Final = [media_type for media_type, kind in KIND_OF_TYPE.items() if kind != "rpls"]
_SAMPLE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The first lines of a file, with its header; up to 1 MB, of which fifty records are read.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _KINDS},
    }
}


@router.post(
    "/mappings/{name}/try",
    response_model=schemas.Trial,
    openapi_extra={
        **_SAMPLE,
        **stating(
            source_errors.MappingNotFound, errors.FileMissing, errors.FileTypeDiffers, BodyEncodingUnsupported,
            errors.FileUnreadable,
        ),
    },
)  # fmt: skip
async def try_mapping(
    request: Request, caller: StockReader, name: Name, asked: Annotated[VersionQuery, Query()]
) -> Any:
    """Try a mapping on a sample: what each record states by it, and what is refused or doubted. Nothing is kept."""
    kind = kind_of(request)
    if kind in {None, "rpls"}:
        raise errors.FileTypeDiffers(field="Content-Type", value=request.headers.get("content-type"))
    with spool() as directory:
        path = directory / "file"
        await take_body(request, path)
        found = await service.try_on_sample(
            session=caller.session, principal=caller.principal, name=name, version=asked.version, sample=path, kind=kind
        )
    language = language_of(request)
    return {
        "items": [
            {
                "line": record.line, "home": stated.home, "residence": stated.residence, "rejected": stated.rejected,
                "notes": [told_note(note, language) for note in stated.notes],
            }
            for record, stated in found
        ]
    }  # fmt: skip
