"""A landlord's people are told of a file that needs them: where to look, in their language."""

import pytest

from registry.platform.crypto import keyring
from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.sync.service.run_notices import RunNotices
from tests.integration.sync.test_imports import Office, office
from tests.support.database import BASE_URL
from tests.support.people import join
from tests.support.transfers import mails_of

__all__ = ["office"]


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("fr", "Votre fichier est refusé : source « default »", "Ouvrez-le dans la console, qui montre son rapport"),
        ("en", "Your file is refused: source 'default'", "Open it in the console, which shows its report"),
    ],
)
async def test_mail_of_a_refused_file_leads_to_its_page(
    office: Office, database: Database, settings: Settings, language: str, subject: str, said: str
) -> None:
    await join(database, settings, office.owner.id, "landlord_publisher", language="en" if language == "en" else "fr")
    run = await office.bring([office.home("H1"), {"bad": "H2"}])
    assert run["status"] == "refused"
    notices = RunNotices(office.jobs, keyring(settings), f"{BASE_URL}/")
    await notices.tell()
    await notices.tell()
    (message,) = await mails_of(database, office.jobs, keyring(settings), office.owner, "import_stands")
    assert message.subject == subject
    assert f"\n{BASE_URL}/console/imports/{run['id']}\n" in message.text
    assert said in message.text
    assert f"GET /v1/imports/{run['id']}/report" in message.text
