"""oauth4webapi and openid-client against the running service: what they check of every answer holds."""

import pytest

from tests.contract.oauth.browser import Visitor
from tests.contract.oauth.conftest import Client, Enrol, Service
from tests.contract.oauth.scripts import play

LIBRARIES = ("oauth4webapi", "openid-client")
pytestmark = pytest.mark.parametrize("library", LIBRARIES)


@pytest.mark.parametrize("kind", ["client_secret_basic", "private_key_jwt"])
async def test_machine_gets_uses_describes_and_revokes_a_token(
    library: str, kind: str, service: Service, enrol: Enrol
) -> None:
    client = await enrol(by_key=kind == "private_key_jwt")
    found = await play(library, "machine", client.told(service))
    assert found["as"]["issuer"] == service.issuer
    assert kind in found["as"]["token_endpoint_auth_methods_supported"]
    assert found["issued"]["token_type"] == "bearer"  # the libraries write it small
    assert found["issued"]["expires_in"] == 600
    assert found["issued"]["scope"] == "stock:read"
    assert "refresh_token" not in found["issued"]
    assert found["status"] == 200
    assert found["before"]["active"] is True
    assert found["before"]["org"] == str(client.organisation)
    assert found["after"] == {"active": False}
    assert found["refused"]["scope"] == {"code": "OAUTH_RESPONSE_BODY_ERROR", "error": "invalid_scope", "status": 400}
    assert found["refused"]["target"] == {"code": "OAUTH_RESPONSE_BODY_ERROR", "error": "invalid_target", "status": 400}


async def test_person_signs_in_with_two_factors_and_a_replayed_credential_ends_the_family(
    library: str, service: Service, application: Client, visitor: Visitor
) -> None:
    found = await play(library, "person", application.told(service), browse=visitor.browse)
    assert visitor.seen == ["/account/sign-in", "/account/enrolment", "/oauth/authorize"]
    assert found["issued"]["scope"] == "stock:read"
    assert found["status"] == 200
    assert found["second"]["refresh_token"] != found["issued"]["refresh_token"]
    assert found["replayed"]["error"] == "invalid_grant"
    assert found["family"]["refresh"]["error"] == "invalid_grant"
    assert found["family"]["second"] == {"active": False}


async def test_bound_token_is_worth_nothing_without_its_key(library: str, service: Service, enrol: Enrol) -> None:
    client = await enrol(dpop_bound=True)
    found = await play(library, "bound", client.told(service, unknown_home="homes/Bât. A/n° 12 (100 %25)"))
    assert found["unproven"]["error"] == "invalid_dpop_proof"
    assert found["issued"]["token_type"] == "dpop"
    assert found["status"] == 200
    assert found["encoded"] == 404, "its proof names an address that the library had to encode"
    assert found["stolen"]["status"] == 401
    assert found["bearer"]["status"] == 401
    assert found["described"]["token_type"] == "DPoP"


async def test_person_signs_in_again_with_a_one_time_password(
    library: str, service: Service, application: Client, visitor: Visitor
) -> None:
    await play(library, "person", application.told(service), browse=visitor.browse)
    async with Visitor(service.issuer, visitor.person) as elsewhere:
        await play(library, "person", application.told(service), browse=elsewhere.browse)
        assert elsewhere.seen == ["/account/sign-in", "/account/second-factor", "/oauth/authorize"]
