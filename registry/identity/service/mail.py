"""Mail to people: written in their language, kept sealed until it is sent, sent by the worker."""

import uuid
from enum import StrEnum
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.repository import mails as repository
from registry.kernel.ids import new_id
from registry.kernel.text import Language, Text
from registry.platform import jobs
from registry.platform.crypto import Keyring
from registry.platform.mail import Message, Transport

DELIVER: Final = "identity.deliver_mail"
MAX_ATTEMPTS: Final = 8


class Kind(StrEnum):
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # the name of a kind
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # as above
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    SECRET_EXPIRES = "secret_expires"  # noqa: S105  # as above
    SOURCE_FAILS = "source_fails"
    SOURCE_STALE = "source_stale"
    IMPORT_STANDS = "import_stands"
    WEBHOOK_DISABLED = "webhook_disabled"
    CHARTER_PROPOSED = "charter_proposed"
    CHARTER_ENACTED = "charter_enacted"
    LANDLORD_INVITED = "landlord_invited"
    OBLIGATIONS_UNDER = "obligations_under"
    STANDING_WARNED = "standing_warned"
    STANDING_BARRED = "standing_barred"
    STANDING_RESTORED = "standing_restored"
    PROPOSAL_CHANGED = "proposal_changed"
    PROPOSAL_DUE = "proposal_due"
    CONSENTS_END = "consents_end"
    CASES_MATCHED = "cases_matched"
    VACATED_DIGEST = "vacated_digest"


class Template(NamedTuple):
    subject: Text
    text: Text


_CLOSING: Final = Text(
    "\n\nCe message est envoyé par le registre de l'accessibilité ; ne répondez pas.\n",
    "\n\nThis message was sent by the accessibility registry; do not reply.\n",
)
TEMPLATES: Final[dict[Kind, Template]] = {
    Kind.INVITATION: Template(
        Text("Invitation : {organisation_name}", "Invitation: {organisation_name}"),
        Text(
            "Bonjour,\n\n{organisation_name} vous invite à rejoindre le registre de l'accessibilité avec le rôle"
            " « {role} ».\n\nOuvrez ce lien, valable sept jours et une seule fois :\n{link}\n\n"
            "Si vous n'attendiez pas cette invitation, ignorez ce message.",
            "Hello,\n\n{organisation_name} invites you to join the accessibility registry with the role '{role}'.\n\n"
            "Open this link, good for seven days and once:\n{link}\n\n"
            "If you did not expect this invitation, ignore this message.",
        ),
    ),
    Kind.PASSWORD_RESET: Template(
        Text("Nouveau mot de passe", "New password"),
        Text(
            "Bonjour,\n\nUn nouveau mot de passe a été demandé pour votre compte. Ouvrez ce lien, valable une heure et"
            " une seule fois :\n{link}\n\nSi vous ne l'avez pas demandé, ignorez ce message : rien ne change.",
            "Hello,\n\nA new password was asked for your account. Open this link, good for one hour and once:\n"
            "{link}\n\n"
            "If you did not ask for it, ignore this message: nothing changes.",
        ),
    ),
    Kind.PASSWORD_CHANGED: Template(
        Text("Votre mot de passe a été changé", "Your password was changed"),
        Text(
            "Bonjour,\n\nLe mot de passe de votre compte vient d'être changé, et toutes vos sessions sont fermées.\n\n"
            "Si ce n'est pas vous, prévenez tout de suite votre administrateur.",
            "Hello,\n\nThe password of your account was just changed, and all your sessions are closed.\n\n"
            "If it was not you, tell your administrator at once.",
        ),
    ),
    Kind.SECOND_FACTOR_CHANGED: Template(
        Text("Votre second facteur a été remplacé", "Your second factor was replaced"),
        Text(
            "Bonjour,\n\nLe second facteur de votre compte vient d'être remplacé, avec ses codes de secours, et vos"
            " autres sessions sont fermées.\n\nSi ce n'est pas vous, prévenez tout de suite votre administrateur.",
            "Hello,\n\nThe second factor of your account was just replaced, with its recovery codes, and your other"
            " sessions are closed.\n\nIf it was not you, tell your administrator at once.",
        ),
    ),
    Kind.SECRET_EXPIRES: Template(
        Text("Un secret expire dans {days} jour(s) : {client}", "A secret expires in {days} day(s): {client}"),
        Text(
            "Bonjour,\n\nLe secret {secret} du client « {client} » ({client_id}) de {organisation_name} expire le"
            " {date}.\n\n"
            "Ajoutez-en un second, passez-y vos systèmes, puis révoquez l'ancien : aucun arrêt n'est nécessaire.",
            "Hello,\n\nThe secret {secret} of the client '{client}' ({client_id}) of {organisation_name} expires on"
            " {date}.\n\n"
            "Add a second one, move your systems to it, then revoke the old one: no pause is needed.",
        ),
    ),
    Kind.SOURCE_FAILS: Template(
        Text("Vos fichiers n'arrivent plus : source « {source} »", "Your files no longer come in: source '{source}'"),
        Text(
            "Bonjour,\n\nLa source « {source} » de {organisation_name} ne donne plus de fichier ({tries} essai(s)) :\n"
            "{reason} [{code}]\n\nCe qui a été importé reste tel quel. Prochain essai (heure de Paris) : {again}.\n\n"
            "Corrigez l'adresse, l'identification ou le fichier. La console montre l'état de la source :\n{link}\n\n"
            "Par l'API : GET /v1/sources/{source}",
            "Hello,\n\nThe source '{source}' of {organisation_name} gives no file any more ({tries} tries):\n"
            "{reason} [{code}]\n\nWhat was imported stays as it is. Next try (Paris time): {again}.\n\n"
            "Correct the address, the login or the file. The console shows how the source stands:\n{link}\n\n"
            "By the API: GET /v1/sources/{source}",
        ),
    ),
    Kind.IMPORT_STANDS: Template(
        Text("Votre fichier {what} : source « {source} »", "Your file {what}: source '{source}'"),
        Text(
            "Bonjour,\n\nLe dernier fichier de la source « {source} » de {organisation_name} {what}.\n{reason}\n\n"
            "Rien n'est perdu : ce qui était enregistré reste tel quel, et le fichier est gardé. Ouvrez-le dans la"
            " console, qui montre son rapport :\n{link}\n\nPar l'API : GET /v1/imports/{import}/report",
            "Hello,\n\nThe last file of the source '{source}' of {organisation_name} {what}.\n{reason}\n\n"
            "Nothing is lost: what was saved stays as it is, and the file is kept. Open it in the console, which shows"
            " its report:\n{link}\n\nBy the API: GET /v1/imports/{import}/report",
        ),
    ),
    Kind.SOURCE_STALE: Template(
        Text("Vos logements ne sont plus confirmés : source « {source} »",
             "Your homes are no longer confirmed: source '{source}'"),
        Text(
            "Bonjour,\n\nDepuis le {since} (heure de Paris), soit {age} jours, la source « {source} » de"
            " {organisation_name} n'a rien dit de vos logements. Vos chartes demandent une confirmation tous les"
            " {allowed} jours ; ceux qui cherchent voient que ces logements ne sont plus à jour.\n\n"
            "Envoyez un fichier complet, même sans changement, ou relancez la source :\n{link}",
            "Hello,\n\nSince {since} (Paris time), {age} days ago, the source '{source}' of {organisation_name} has"
            " said nothing of your homes. Your charters ask for a confirmation every {allowed} days; those who search"
            " see that these homes are out of date.\n\n"
            "Send a full file, even one without changes, or run the source again:\n{link}",
        ),
    ),
    Kind.CHARTER_PROPOSED: Template(
        Text("Une nouvelle charte est proposée : {territory}", "A new charter is proposed: {territory}"),
        Text(
            "Bonjour,\n\nLa version {version} de la charte du territoire {territory} est proposée à"
            " {organisation_name}. Signatures demandées jusqu'au : {reply_by}.\n\n{standing}\n\n"
            "Lisez-la, avec ce qui change, et signez-la dans la console :\n{link}\n\n"
            "Par l'API : GET /v1/territories/{slug}/charters/{version}, puis"
            " PUT /v1/territories/{slug}/charters/{version}/signature",
            "Hello,\n\nVersion {version} of the charter of the territory {territory} is proposed to"
            " {organisation_name}. Signatures are asked for until: {reply_by}.\n\n{standing}\n\n"
            "Read it, with what changes, and sign it in the console:\n{link}\n\n"
            "By the API: GET /v1/territories/{slug}/charters/{version}, then"
            " PUT /v1/territories/{slug}/charters/{version}/signature",
        ),
    ),
    Kind.CHARTER_ENACTED: Template(
        Text("Une nouvelle charte est en vigueur : {territory}", "A new charter is in force: {territory}"),
        Text(
            "Bonjour,\n\nLa version {version} de la charte du territoire {territory} est en vigueur.\n\n{standing}\n\n"
            "Lisez-la et signez-la dans la console :\n{link}\n\n"
            "Par l'API : GET /v1/territories/{slug}/charters/{version}, puis"
            " PUT /v1/territories/{slug}/charters/{version}/signature",
            "Hello,\n\nVersion {version} of the charter of the territory {territory} is in force.\n\n{standing}\n\n"
            "Read it and sign it in the console:\n{link}\n\n"
            "By the API: GET /v1/territories/{slug}/charters/{version}, then"
            " PUT /v1/territories/{slug}/charters/{version}/signature",
        ),
    ),
    Kind.LANDLORD_INVITED: Template(
        Text("Charte d'accessibilité : {territory}", "Accessibility charter: {territory}"),
        Text(
            "Bonjour,\n\n{coordinator}, qui coordonne le territoire {territory}, invite {landlord} (SIREN {siren}) à"
            " signer sa charte d'accessibilité : les bailleurs y partagent leurs logements adaptés, pour des mutations"
            " plus faciles.\n\nOuvrez ce lien, valable jusqu'au {until} :\n{link}\n\n"
            "Il mène à l'inscription de votre organisme s'il n'est pas encore inscrit, puis à la charte. Rien n'est"
            " signé en l'ouvrant.\n\nSi vous n'attendiez pas cette invitation, ignorez ce message.",
            "Hello,\n\n{coordinator}, which coordinates the territory {territory}, invites {landlord} (SIREN {siren})"
            " to sign its accessibility charter: landlords share their adapted homes there, so that transfers become"
            " easier.\n\nOpen this link, good until {until}:\n{link}\n\n"
            "It leads to the registration of your organisation if it is not registered yet, then to the charter."
            " Opening it signs nothing.\n\nIf you did not expect this invitation, ignore this message.",
        ),
    ),
    Kind.OBLIGATIONS_UNDER: Template(
        Text("Obligations de la charte à tenir : {territory}", "Obligations of the charter to meet: {territory}"),
        Text(
            "Bonjour,\n\nDans le territoire {territory}, {organisation_name} n'atteint pas ce que la charte demande :\n"
            "{scores}\n\n"
            "La page « Obligations » de la console énumère les logements concernés et ce qui manque ; GET"
            " /v1/territories/{slug}/standing aussi. Ce rappel vient une fois par semaine au plus, et cesse dès que"
            " c'est en ordre.",
            "Hello,\n\nIn the territory {territory}, {organisation_name} does not reach what the charter asks:\n"
            "{scores}\n\n"
            "The page 'Obligations' of the console lists the homes concerned and what is missing; so does GET"
            " /v1/territories/{slug}/standing. This reminder comes once a week at most, and stops once it is mended.",
        ),
    ),
    Kind.STANDING_WARNED: Template(
        Text("Votre droit de rechercher sera suspendu le {bars_on} : {territory}",
             "Your right to search will be suspended on {bars_on}: {territory}"),
        Text(
            "Bonjour,\n\nLa charte du territoire {territory} est réciproque : qui publie peut rechercher.\n\n{asked}\n"
            "{measured}\n\n"
            "Si rien ne change, {organisation_name} ne pourra plus rechercher les logements des autres membres à partir"
            " du {bars_on}. Publier reste possible, et vos logements restent partagés.\n\n{remedy}",
            "Hello,\n\nThe charter of the territory {territory} is reciprocal: who publishes may search.\n\n{asked}\n"
            "{measured}\n\n"
            "If nothing changes, {organisation_name} can no longer search the other members' homes from {bars_on} on."
            " Publishing stays possible, and your homes stay shared.\n\n{remedy}",
        ),
    ),
    Kind.STANDING_BARRED: Template(
        Text("Votre droit de rechercher est suspendu : {territory}", "Your right to search is suspended: {territory}"),
        Text(
            "Bonjour,\n\nComme annoncé, {organisation_name} ne recherche plus dans le territoire {territory}.\n\n"
            "{asked}\n{measured}\n\n{remedy}",
            "Hello,\n\nAs announced, {organisation_name} no longer searches in the territory {territory}.\n\n"
            "{asked}\n{measured}\n\n{remedy}",
        ),
    ),
    Kind.STANDING_RESTORED: Template(
        Text("Votre droit de rechercher est rétabli : {territory}", "Your right to search is back: {territory}"),
        Text(
            "Bonjour,\n\n{organisation_name} peut de nouveau rechercher dans le territoire {territory} : ce que la"
            " charte demande est publié. Merci.",
            "Hello,\n\n{organisation_name} may search again in the territory {territory}: what the charter asks is"
            " published. Thank you.",
        ),
    ),
    Kind.WEBHOOK_DISABLED: Template(
        Text("Webhook désactivé : {webhook}", "Webhook disabled: {webhook}"),
        Text(
            "Bonjour,\n\nVotre webhook « {webhook} » ({host}) ne répond plus ; plus rien n'y est envoyé. Dernière"
            " erreur : {error}.\n\n"
            "Corrigez l'adresse, puis réactivez-le ; les événements des trente derniers jours peuvent être renvoyés.",
            "Hello,\n\nYour webhook '{webhook}' ({host}) does not answer any more; nothing is posted there now. Last"
            " error: {error}.\n\n"
            "Correct the address, then enable it again; the events of the last thirty days can be replayed.",
        ),
    ),
    Kind.PROPOSAL_CHANGED: Template(
        Text("Mutation : {state}", "Transfer: {state}"),
        Text(
            "Bonjour,\n\nUne proposition de logement de {organisation_name} ou qui lui est faite, dans le territoire"
            " {territory}, a changé d'état : {state}. {more}\n\nOuvrez-la dans la console :\n{link}",
            "Hello,\n\nA proposal of a home by or to {organisation_name}, in the territory {territory}, is in another"
            " state now: {state}. {more}\n\nOpen it in the console:\n{link}",
        ),
    ),
    Kind.PROPOSAL_DUE: Template(
        Text("Mutation : à faire pour le {day}", "Transfer: to be done by {day}"),
        Text(
            "Bonjour,\n\nPour une proposition de logement de {organisation_name} ou qui lui est faite, dans le"
            " territoire {territory} : {day}, {what}.\n\nOuvrez-la dans la console :\n{link}",
            "Hello,\n\nFor a proposal of a home by or to {organisation_name}, in the territory {territory}: {day},"
            " {what}.\n\nOpen it in the console:\n{link}",
        ),
    ),
    Kind.CONSENTS_END: Template(
        Text("Dossiers de mutation : consentements à renouveler", "Transfer cases: consents to renew"),
        Text(
            "Bonjour,\n\n{count} dossier(s) de mutation ouvert(s) de {organisation_name} reposent sur un consentement"
            " qui prend fin dans les trente jours ; le premier le {first}.\n\n"
            "Demandez à chaque personne si elle consent de nouveau et notez-le dans le dossier ; sans cela le dossier"
            " est clos au terme :\n{link}",
            "Hello,\n\n{count} open transfer case(s) of {organisation_name} rest on a consent that ends within thirty"
            " days; the first on {first}.\n\n"
            "Ask each person whether they consent anew and note it in the case; without that the case is closed when"
            " the consent ends:\n{link}",
        ),
    ),
    Kind.CASES_MATCHED: Template(
        Text("Un logement pourrait convenir à un dossier", "A home may suit a case"),
        Text(
            "Bonjour,\n\nDes logements qui se libèrent pourraient convenir à {count} dossier(s) de mutation de"
            " {organisation_name}. Disponibles : {months}.\n\nVoyez lesquels :\n{link}",
            "Hello,\n\nHomes that come free may suit {count} transfer case(s) of {organisation_name}. Available:"
            " {months}.\n\nSee which:\n{link}",
        ),
    ),
    Kind.VACATED_DIGEST: Template(
        Text("Logements adaptés qui se libèrent : {count}", "Adapted homes that fell vacant: {count}"),
        Text(
            "Bonjour,\n\nDes logements adaptés d'autres bailleurs se libèrent dans vos territoires :\n\n{homes}\n\n"
            "Voyez-les :\n{link}\n\n"
            "Ce récapitulatif vient une fois par jour au plus, et seulement s'il y a du nouveau. Pour ne plus le"
            " recevoir :\n{stop}",
            "Hello,\n\nAdapted homes of other landlords fell vacant in your territories:\n\n{homes}\n\n"
            "See them:\n{link}\n\n"
            "This summary comes once a day at most, and only if there is news. To receive it no more:\n{stop}",
        ),
    ),
}  # fmt: skip


async def queue(
    *,
    session: AsyncSession,
    keys: Keyring,
    kind: Kind,
    recipient: str,
    language: Language | None,
    organisation: uuid.UUID | None = None,
    **values: Any,
) -> None:
    """Write a mail, to be sent once the transaction is committed. Needs ``Role.AUTH`` or ``Role.JOB``.

    Args:
        language: ``None`` for somebody whose language is not known, who gets both, French first.
        values: What fills the template; a :class:`Text` in the language that it stands in.
    """
    template, id_ = TEMPLATES[kind], new_id()
    languages: tuple[Language, ...] = ("fr", "en") if language is None else (language,)
    written = {
        "subject": " / ".join(_filled(template.subject, each, values) for each in languages),
        "text": "\n\n".join(_filled(template.text, each, values) + _CLOSING.in_language(each) for each in languages),
    }
    sealed = keys.encrypt(orjson.dumps(written), place=_place(id_))
    await repository.insert(session, id_, kind.value, recipient, sealed, organisation)
    await jobs.defer(session, DELIVER, mail_id=id_)


async def deliver(*, session: AsyncSession, keys: Keyring, transport: Transport, mail: uuid.UUID) -> bool:
    """Send a mail unless it was; return whether it is sent now. Needs ``Role.JOB``.

    The row is held meanwhile: two workers do not send one mail twice. What it said is deleted once it is sent.

    Raises:
        OSError, smtplib.SMTPException: It was not taken; it stays, and is tried again.
    """
    row = await repository.unsent(session, mail)
    if row is None:
        return False
    written = orjson.loads(keys.decrypt(row.sealed, place=_place(mail)))
    await transport.send(Message(row.recipient, written["subject"], written["text"]))
    await repository.sent(session, mail)
    return True


def _filled(text: Text, language: Language, values: dict[str, Any]) -> str:
    said = {name: value.in_language(language) if isinstance(value, Text) else value for name, value in values.items()}
    return text.in_language(language).format(**said)


def _place(mail: uuid.UUID) -> str:
    return f"mails:{mail}"
