"""What only oauth4webapi checks: the issuer in the answer, our tokens as a resource server reads them, challenges."""

from tests.contract.oauth.browser import Visitor
from tests.contract.oauth.conftest import Client, Enrol, Service
from tests.contract.oauth.scripts import play

LIBRARY = "oauth4webapi"


async def test_token_passes_the_checks_of_a_resource_server(service: Service, machine: Client) -> None:
    found = await play(LIBRARY, "machine", machine.told(service))
    claims = found["claims"]
    assert claims["iss"] == service.issuer
    assert claims["aud"] == service.api
    assert claims["sub"] == claims["client_id"] == machine.client_id
    assert claims["org"] == str(machine.organisation)
    assert claims["exp"] - claims["iat"] == 600


async def test_answer_of_another_issuer_or_of_none_is_told_apart(
    service: Service, application: Client, visitor: Visitor
) -> None:
    """RFC 9207: the metadata promise the parameter, so the library insists on it."""
    found = await play(LIBRARY, "person", application.told(service), browse=visitor.browse)
    assert found["mixedUp"]["foreign"]["code"] == "OAUTH_INVALID_RESPONSE"
    assert found["mixedUp"]["silent"]["code"] == "OAUTH_INVALID_RESPONSE"
    assert found["guessed"]["error"] == "invalid_grant", "a guessed verifier, which leaves the code good"
    assert found["claims"]["sub"] == str(visitor.person.id)
    assert found["claims"]["org"] == str(application.organisation)
    assert found["family"]["first"] == {"active": False}


async def test_proof_is_good_once_and_the_token_names_its_key(service: Service, enrol: Enrol) -> None:
    found = await play(LIBRARY, "bound", (await enrol(dpop_bound=True)).told(service, unknown_home="homes/X"))
    assert found["again"] == 401
    assert found["claims"]["cnf"]["jkt"]
    assert found["bearer"]["scheme"] == "bearer"


async def test_wrong_secret_is_a_challenge(service: Service, machine: Client) -> None:
    found = await play(LIBRARY, "stranger", machine.told(service))
    assert found["status"] == 401
    assert found["scheme"] == "basic"


async def test_api_points_to_its_description_as_a_protected_resource(service: Service, machine: Client) -> None:
    found = await play(LIBRARY, "resource", machine.told(service))
    assert found["described"]["resource"] == service.api
    assert found["described"]["authorization_servers"] == [service.issuer]
    assert found["refused"]["status"] == 401
    assert found["refused"]["pointer"] == f"{service.issuer}/.well-known/oauth-protected-resource/v1"
