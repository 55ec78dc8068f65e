"""What people do at the console, in a real browser, with JavaScript and without."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from playwright.async_api import expect

from tests.console.desk import PASSWORD, Desk, new_address
from tests.support.people import register_app
from tests.support.upstream import new_siren, siret_of

START = "Accueil"


async def signed_in(desk: Desk) -> str:
    """Go all the way from the invitation to the start page; return the person's address."""
    address = await desk.accept(await desk.organisation())
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text(START)
    return address


async def test_invited_person_sets_up_an_account_and_a_second_factor(desk: Desk) -> None:
    address, organisation = new_address(), await desk.organisation("Office des Tilleuls")
    await desk.open(await desk.invitation(organisation, email=address))
    heading = await desk.page.get_by_role("heading", level=1).inner_text()
    assert heading.startswith("Rejoindre Office des Tilleuls")
    await desk.look(heading)
    await desk.fill(**{"Nom et prénom": "Jeanne Essai", "Choisissez un mot de passe": "trop court"})
    await desk.press("Accepter l'invitation")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Au moins 14 caractères")
    await desk.look(heading)
    assert await desk.page.get_by_label("Nom et prénom").input_value() == "Jeanne Essai", "what was typed stays"
    await desk.fill(**{"Choisissez un mot de passe": PASSWORD})
    await desk.press("Accepter l'invitation")
    await desk.at("Se connecter")
    await desk.give_password(address)
    await desk.at("Mettre en place le second facteur")
    await desk.enrol()
    await desk.at("Vos codes de secours")
    assert len(desk.codes) == 10
    await desk.follow("Je les ai gardés, continuer")
    await desk.at(START)
    await expect(desk.page.get_by_text("Administrateur du bailleur")).to_be_visible()
    await expect(desk.page.get_by_text("Connecté : Jeanne Essai")).to_be_visible()
    await desk.follow("Sécurité de votre compte")
    await desk.at("Sécurité de votre compte")


async def test_person_signs_in_with_two_factors_and_signs_out(desk: Desk) -> None:
    address = await signed_in(desk)
    await desk.press("Se déconnecter")
    await desk.at("Se connecter")
    await desk.open("/console")
    await desk.at("Se connecter")
    await desk.give_password(address, "pas le bon du tout")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Adresse ou mot de passe incorrect")
    await desk.at("Se connecter")
    await desk.give_password(address)
    await desk.at("Second facteur")
    await desk.fill(**{"Code à six chiffres": "000000"})
    await desk.press("Vérifier")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Code incorrect")
    await desk.fill(**{"Code à six chiffres": desk.next_code})
    await desk.press("Vérifier")
    await desk.at(START)


async def test_person_who_lost_the_telephone_uses_a_recovery_code(desk: Desk) -> None:
    address = await signed_in(desk)
    await desk.press("Se déconnecter")
    await desk.give_password(address)
    await desk.follow("Téléphone perdu : utiliser un code de secours")
    await desk.at("Code de secours")
    await desk.fill(**{"Code de secours": desk.codes[3]})
    await desk.press("Vérifier")
    await desk.at(START)


async def test_person_replaces_the_second_factor(desk: Desk) -> None:
    address = await signed_in(desk)
    await desk.follow("Sécurité de votre compte")
    await desk.follow("Remplacer le second facteur")
    await desk.at("Remplacer le second facteur")
    await desk.fill(**{"Code à six chiffres": "abcdef"})
    await desk.press("Confirmer")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Code incorrect")
    await desk.at("Remplacer le second facteur")
    before = desk.codes
    await desk.enrol()
    await desk.at("Vos codes de secours")
    assert len(desk.codes) == 10
    assert not set(desk.codes) & set(before)
    await desk.follow("Je les ai gardés, continuer")
    await desk.at("Sécurité de votre compte")
    await desk.press("Se déconnecter")
    await desk.give_password(address)
    await desk.fill(**{"Code à six chiffres": desk.next_code})
    await desk.press("Vérifier")
    await desk.at(START)
    assert "second facteur de votre compte vient d'être remplacé" in await desk.last_mail(address)


async def test_person_of_two_organisations_chooses_for_whom_to_act(desk: Desk) -> None:
    address = new_address()
    first, second = await desk.organisation("Bailleur A"), await desk.organisation("Bailleur B")
    await desk.accept(first, address)
    await desk.open(await desk.invitation(second, email=address, role="landlord_reader"))
    await expect(desk.page.get_by_text("Vous avez déjà un compte")).to_be_visible()
    await desk.press("Accepter l'invitation")
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    await desk.at("Pour qui agissez-vous ?")
    await desk.tick(re.compile("Bailleur B"))
    await desk.press("Continuer")
    await desk.at(START)
    await expect(desk.page.get_by_text(re.compile("Vous agissez pour Bailleur B"))).to_be_visible()
    await expect(desk.page.get_by_text("Lecteur du patrimoine")).to_be_visible()


async def test_forgotten_password_is_set_anew_by_mail(desk: Desk) -> None:
    address = await signed_in(desk)
    await desk.press("Se déconnecter")
    await desk.follow("Mot de passe oublié ?")
    await desk.at("Mot de passe oublié")
    await desk.fill(**{"Adresse électronique": address})
    await desk.press("Envoyer le lien")
    await expect(desk.page.get_by_role("status")).to_contain_text("un message vient de lui être envoyé")
    await desk.at("Mot de passe oublié")
    found = re.search(r"http\S+/account/reset/\S+", await desk.last_mail(address))
    assert found
    await desk.open(found[0])
    await desk.at("Nouveau mot de passe")
    await desk.fill(**{"Choisissez un mot de passe": "une girafe bleue dort"})
    await desk.press("Changer le mot de passe")
    await desk.at("Se connecter")
    await desk.give_password(address, "une girafe bleue dort")
    await desk.at("Second facteur")


async def test_person_lets_an_application_act_for_them(desk: Desk) -> None:
    address, organisation = new_address(), await desk.organisation()
    async with _listening() as (redirect_uri, heard):
        application = await register_app(desk.database, organisation, name="Logiciel", redirect_uris=(redirect_uri,))
        await desk.accept(organisation, address)
        await desk.open(f"/oauth/authorize?{urlencode(application.asks(redirect_uri=redirect_uri))}")
        await desk.give_password(address)
        await desk.enrol()
        await desk.follow("Je les ai gardés, continuer")
        await desk.at("Autoriser Logiciel")
        await expect(desk.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
        await desk.follow("English")
        await desk.at("Allow Logiciel")
        await desk.press("Allow")
        await expect(desk.page.get_by_text("The application goes on")).to_be_visible()
    answer = parse_qs(urlsplit(heard[0]).query)
    assert answer["iss"] == [desk.settings.base_url]
    async with httpx.AsyncClient(base_url=desk.settings.base_url) as client:
        token = await client.post(
            "/oauth/token", auth=application.basic,
            data={
                "grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": redirect_uri,
                "code_verifier": application.verifier,
            },
        )  # fmt: skip
        assert token.status_code == 200, token.text
        headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
        assert (await client.get("/v1/residences", headers=headers)).status_code == 200


async def test_person_signs_in_by_pro_connect_and_signs_out_of_both(desk: Desk) -> None:
    siren, address = new_siren(), new_address()
    await desk.invitation(await desk.organisation(siren=siren), email=address)
    claims = {
        "sub": f"sub-{address}", "email": address, "given_name": "Angela", "usual_name": "Essai",
        "siret": siret_of(siren), "amr": ["pwd", "mfa"],
    }  # fmt: skip
    desk.provider.told(**{address: claims})
    await desk.open("/console")
    await desk.at("Se connecter")
    await desk.follow("S’identifier avec ProConnect")
    await desk.page.get_by_role("button", name=address).click()
    await desk.at(START)
    await expect(desk.page.get_by_text("Connecté : Angela Essai")).to_be_visible()
    await desk.press("Se déconnecter")
    await desk.at("Vous êtes déconnecté")
    await desk.open("/account/upstream")
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text("Qui êtes-vous ?")  # it asks again


async def test_invited_person_comes_by_pro_connect_without_a_password_and_confirms_there(desk: Desk) -> None:
    siren, address = new_siren(), new_address()
    link = await desk.invitation(await desk.organisation(siren=siren), email=address)
    claims = {"sub": f"sub-{address}", "email": address, "given_name": "Ali", "usual_name": "Essai"}
    desk.provider.told(**{address: {**claims, "siret": siret_of(siren), "amr": ["pwd", "mfa"]}})
    await desk.open(link)
    await desk.follow("S’identifier avec ProConnect")
    await desk.page.get_by_role("button", name=address).click()
    await desk.at(START)
    await desk.open("/account/confirm?next=/console")
    await expect(desk.page.get_by_label("Mot de passe")).to_have_count(0)
    await desk.at("Confirmez que c'est vous")
    await desk.press("Confirmer avec ProConnect")
    await desk.page.get_by_role("button", name=address).click()  # it asks again, although its session goes on
    await desk.at(START)
    await desk.follow("Sécurité de votre compte")
    await desk.at("Sécurité de votre compte")
    await expect(desk.page.get_by_text("Vous vous connectez avec ProConnect")).to_be_visible()
    await expect(desk.page.get_by_label("Choisissez un mot de passe")).to_have_count(0)


async def test_person_links_an_account_to_pro_connect(desk: Desk) -> None:
    address, siren = new_address(), new_siren()
    await desk.accept(await desk.organisation(siren=siren), address)
    await desk.give_password(address)
    await desk.enrol()
    await desk.follow("Je les ai gardés, continuer")
    name = new_address()
    desk.provider.told(**{name: {"sub": name, "email": name, "siret": siret_of(siren), "amr": ["mfa"]}})
    await desk.press("Relier mon compte à ProConnect")
    await desk.page.get_by_role("button", name=name).click()
    await desk.at(START)
    await expect(desk.page.get_by_text("Votre compte est relié à ProConnect")).to_be_visible()
    await desk.press("Se déconnecter")
    await desk.follow("S’identifier avec ProConnect")
    await desk.at(START)


async def test_person_whose_establishment_is_unknown_reads_what_to_do(desk: Desk) -> None:
    siret, name = siret_of(new_siren()), new_address()
    desk.provider.told(**{name: {"sub": name, "email": name, "siret": siret}})
    await desk.open("/account/upstream")
    await desk.page.get_by_role("button", name=name).click()
    await expect(desk.page.get_by_role("alert")).to_contain_text(f"Votre établissement (SIRET {siret})")
    await desk.at("Cette action n'a pas abouti")


async def test_first_stop_of_the_tabulator_leads_past_what_every_page_has(desk: Desk) -> None:
    await desk.open("/account/sign-in")
    await desk.page.keyboard.press("Tab")
    skip = desk.page.get_by_role("link", name="Aller au contenu")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()


@asynccontextmanager
async def _listening() -> AsyncIterator[tuple[str, list[str]]]:
    """An application's redirect URI on this machine, and the addresses that it was asked for."""
    heard: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode()
        while (await reader.readline()).strip():
            pass
        if "/callback" in line:
            heard.append(line.split()[1])
        body = b"<!DOCTYPE html><title>App</title><p>The application goes on"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/callback", heard
    finally:
        server.close()
