"""Try a mapping on a sample before a source uses it: what each record would state, and what is wrong with it."""

import asyncio
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.sync.formats import Record, Stated
from registry.sync.formats.declared import Format
from registry.sync.formats.opening import try_mapping
from registry.sync.formats.samples import Sample, SampleKind, sample_of
from registry.sync.mapping import Mapping
from registry.sync.service.mappings import read_mapping

__all__ = ["Sample", "SampleKind", "read_sample", "try_document", "try_on_sample"]

RECORDS: Final = 50
"""Of a sample that are read at most."""


async def try_on_sample(
    *, session: AsyncSession, principal: Principal, name: str, version: int | None, sample: Path, kind: str
) -> list[tuple[Record, Stated]]:
    """Return the first records of a sample, and what each states by a mapping; nothing is kept of it.

    Raises:
        MappingNotFound: There is none of that name and version.
        RegistryError: What is wrong with the sample as a whole.
    """
    found = await read_mapping(session=session, principal=principal, name=name, version=version)
    return await try_document(Mapping.model_validate(found.document), sample, kind)


async def try_document(mapping: Mapping, sample: Path, kind: str) -> list[tuple[Record, Stated]]:
    """Return the first records of a sample, and what each states by a mapping that may not be stored yet.

    Raises:
        RegistryError: What is wrong with the sample as a whole.
    """
    declared = Format.model_validate({"kind": kind, "content": mapping.content})
    return await asyncio.to_thread(try_mapping, sample, declared, mapping, RECORDS)


async def read_sample(path: Path, kind: SampleKind) -> Sample:
    """Return the header and the first records of a file, before a mapping says what its columns state.

    Raises:
        RegistryError: What is wrong with the file as a whole.
    """
    return await asyncio.to_thread(sample_of, path, kind, RECORDS)
