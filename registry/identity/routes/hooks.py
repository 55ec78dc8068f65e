"""``/v1/organisation/warning-hook``: where warnings of ending secrets are posted, besides the mail."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import CredentialGiver, OrganisationManager, OrganisationReader
from registry.access.errors import ProofTooOld
from registry.identity import answers, errors, schemas
from registry.identity.service import hooks

router = APIRouter(tags=["organisation"], route_class=JsonRoute)

_PATH: Final = "/organisation/warning-hook"


def _stated(hook: hooks.WarningHook) -> dict[str, Any]:
    return {name: getattr(hook, name) for name in answers.HookOut.model_fields}


@router.get(_PATH, response_model=answers.HookOut, openapi_extra=stating(errors.HookUnknown))
async def read_warning_hook(caller: OrganisationReader) -> Any:
    """Read where warnings of your ending secrets are posted, and what became of the last one."""
    return _stated(await hooks.read_hook(session=caller.session, principal=caller.principal))


@router.put(_PATH, response_model=answers.WrittenHookOut, openapi_extra=stating(ProofTooOld, errors.HookUrlInvalid))
async def put_warning_hook(
    request: Request,
    caller: CredentialGiver,
    given: Annotated[schemas.HookIn, Body(examples=[{"url": "https://hooks.example/registry"}])],
) -> Any:
    """Have warnings posted there, 30, 7 and 1 days before a secret ends; the secret that signs them is shown once."""
    written = await hooks.put_hook(
        session=caller.session, principal=caller.principal, keys=request.app.state.keyring,
        outbound=request.app.state.webhooks, url=given.url, new_secret=given.new_secret,
    )  # fmt: skip
    return {**_stated(written.hook), "secret": written.secret}


@router.delete(_PATH, status_code=204, response_description="Removed.", openapi_extra=stating(errors.HookUnknown))
async def delete_warning_hook(caller: OrganisationManager) -> None:
    """Have no warnings posted any more; the mails go on."""
    await hooks.remove_hook(session=caller.session, principal=caller.principal)
