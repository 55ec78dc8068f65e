"""Members are written to, once, when a version of their charter is proposed and when it is enacted."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.charter import tasks
from registry.identity import tasks as identity
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Role
from registry.platform.mail import Message
from registry.platform.settings import Settings
from tests.support.charters import Charters
from tests.support.database import BASE_URL
from tests.support.market import Market
from tests.support.members import Member
from tests.support.people import join
from tests.support.transfers import Kept


class Post:
    """What the members of a market get."""

    def __init__(self, here: Market, keys: Keyring) -> None:
        self.here, self.keys = here, keys

    async def of(self, member: Member) -> list[Message]:
        """Have the job tell what is new; deliver what waits for a member's people, and return it."""
        await tasks.tell_members(self.here.jobs, self.keys, BASE_URL)
        kept = Kept()
        async with self.here.database.transaction(Role.AUTH) as session:
            asked = text("SELECT id FROM mails WHERE organisation_id = :own AND kind LIKE 'charter%' ORDER BY id")
            waiting = list((await session.execute(asked, {"own": member.id})).scalars())
        for mail in waiting:
            await identity.deliver_mail(self.here.jobs, self.keys, kept, mail)
        return kept.messages


@pytest_asyncio.fixture
async def post(here: Market, settings: Settings) -> Post:
    """The members have an administrator each, and know the charter that they signed."""
    made = Post(here, keyring(settings))
    for member in (here.owner, here.searcher):
        await join(here.database, settings, member.id, "landlord_admin")
        await join(here.database, settings, member.id, "landlord_reader")
        await made.of(member)
    return made


async def test_proposal_is_told_once_with_what_the_organisation_has_done(
    here: Market, charters: Charters, post: Post
) -> None:
    await charters.draft()
    assert await post.of(here.owner) == [], "a draft is nobody's business"
    await charters.ok(here.territory.coordinator, "DELETE", "/charters/draft", 204)
    await charters.proposed()
    await charters.sign(here.searcher, 2)

    (to_owner,), (to_searcher,) = await post.of(here.owner), await post.of(here.searcher)

    assert here.territory.slug in to_owner.subject
    assert "31/03/2999" in to_owner.text
    page = f"{BASE_URL}/console/charter/{here.territory.slug}/versions/2"
    assert f"signez-la dans la console :\n{page}\n\nPar l'API : GET /v1/territories/" in to_owner.text
    assert "ne l'a pas signée" in to_owner.text
    assert "l'a signée" in to_searcher.text
    assert "ne l'a pas" not in to_searcher.text
    assert await post.of(here.owner) == [], "once"


@pytest.mark.parametrize(
    ("terms", "told"),
    [({}, "la plus stricte"), ({"unsigned": "suspended", "unsigned_grace_days": 30}, "sera suspendue le")],
)
async def test_enactment_says_what_comes_of_not_signing(
    here: Market, charters: Charters, post: Post, terms: dict[str, object], told: str
) -> None:
    await charters.proposed(terms=terms)
    await charters.sign(here.searcher, 2)
    await charters.enact(2)

    (to_owner,), (to_searcher,) = await post.of(here.owner), await post.of(here.searcher)

    assert "est en vigueur" in to_owner.text
    assert told in to_owner.text
    assert (
        f"signez-la dans la console :\n{BASE_URL}/console/charter/{here.territory.slug}/versions/2\n" in to_owner.text
    )
    assert told not in to_searcher.text


async def test_english_mail_names_the_month_and_the_page_of_the_console(
    here: Market, charters: Charters, post: Post, settings: Settings
) -> None:
    await join(here.database, settings, here.owner.id, "landlord_admin", language="en")
    await charters.proposed(terms={"unsigned": "suspended", "unsigned_grace_days": 30})
    page = f"{BASE_URL}/console/charter/{here.territory.slug}/versions/2"

    proposed = next(mail for mail in await post.of(here.owner) if "proposed" in mail.subject)
    await charters.enact(2)
    enacted = next(mail for mail in await post.of(here.owner) if "in force" in mail.subject)

    assert "Signatures are asked for until: 31 Mar 2999." in proposed.text
    assert f"sign it in the console:\n{page}\n\nBy the API: GET /v1/territories/" in proposed.text
    assert f"sign it in the console:\n{page}\n\nBy the API: GET /v1/territories/" in enacted.text
    assert re.search(r"is suspended on \d{1,2} [A-Z][a-z]{2} 20\d\d and", enacted.text)


async def test_who_left_is_not_written_to(here: Market, charters: Charters, post: Post) -> None:
    await charters.ok(here.owner, "DELETE", "/adhesion", 204)
    await charters.proposed()
    assert await post.of(here.owner) == []
    assert len(await post.of(here.searcher)) == 1
