"""Errors of the charter."""

from registry.kernel.errors import Conflict, Invalid, NotVisible, TooMany
from registry.kernel.text import Text


class CharterNotInForce(Conflict):
    title = Text("Aucune charte en vigueur dans ce territoire", "No charter in force in this territory")
    remedy = Text(
        "Le coordinateur du territoire doit d'abord mettre une charte en vigueur.",
        "The territory's coordinator must put a charter in force first.",
    )


class CharterVersionNotFound(NotVisible):
    title = Text("Version de la charte introuvable", "Charter version not found")
    remedy = Text(
        "GET /v1/territories/{territory_id}/charters les énumère.",
        "GET /v1/territories/{territory_id}/charters lists them.",
    )


class CharterDraftNotFound(NotVisible):
    title = Text("Ce territoire n'a pas de projet de charte", "This territory has no draft of a charter")
    remedy = Text(
        "PUT /v1/territories/{territory_id}/charters/draft en crée un.",
        "PUT /v1/territories/{territory_id}/charters/draft creates one.",
    )


class CharterDraftExists(Conflict):
    title = Text("Un projet de charte est en préparation", "A draft of a charter is in preparation")
    remedy = Text(
        "Proposez-le et mettez-le en vigueur, ou supprimez-le d'abord.",
        "Propose it and put it in force, or delete it first.",
    )


class BaseVersionUnknown(Invalid):
    title = Text("Cette charte n'a pas cette version", "This charter has no such version")
    remedy = Text(
        "Donnez une version que GET /v1/territories/{territory_id}/charters énumère, ou aucune.",
        "Give a version that GET /v1/territories/{territory_id}/charters lists, or none.",
    )


class ReplyDatePast(Invalid):
    title = Text("Cette date de réponse est passée", "This date of reply is past")
    remedy = Text("Donnez la date d'aujourd'hui ou une date à venir.", "Give today's date or a later one.")


class CharterNotProposed(Conflict):
    title = Text("Cette version n'est pas proposée", "This version is not proposed")
    remedy = Text(
        "Seule une version proposée entre en vigueur ; proposez d'abord un projet.",
        "Only a proposed version comes into force; propose a draft first.",
    )


class CharterSuperseded(Conflict):
    title = Text("Cette version a été remplacée", "This version has been superseded")


class TextHashMismatch(Invalid):
    title = Text(
        "L'empreinte n'est pas celle du texte de cette version", "The digest is not that of this version's text"
    )


class AdhesionNotFound(NotVisible):
    title = Text("Adhésion introuvable", "Adhesion not found")
    remedy = Text(
        "Signez d'abord une version de la charte, proposée ou en vigueur.",
        "Sign a version of the charter first, proposed or in force.",
    )


class AdhesionSuspended(Conflict):
    title = Text("L'adhésion est suspendue", "The adhesion is suspended")
    remedy = Text(
        "Seul le coordinateur du territoire peut la rétablir.", "Only the territory's coordinator can lift it."
    )


class AdhesionPending(Conflict):
    title = Text("L'adhésion attend d'être admise", "The adhesion waits to be admitted")
    remedy = Text("Admettez le bailleur, ou refusez-le.", "Admit the landlord, or refuse it.")


class AdhesionAdmitted(Conflict):
    title = Text("L'adhésion a été admise", "The adhesion has been admitted")
    remedy = Text(
        "Suspendez-la (registry charter suspend) ; seul le bailleur peut y mettre fin.",
        "Suspend it (registry charter suspend); only the landlord can end it.",
    )


class SignedVersionNotInForce(Conflict):
    title = Text("La version signée n'est pas entrée en vigueur", "The version signed has not come into force")
    remedy = Text(
        "Mettez-la d'abord en vigueur, ou demandez au bailleur de signer la version en vigueur.",
        "Enact it first, or have the landlord sign the version in force.",
    )


class AdhesionUnsigned(Conflict):
    title = Text(
        "L'adhésion est suspendue tant que la version en vigueur n'est pas signée",
        "The adhesion is suspended until the version in force is signed",
    )
    remedy = Text(
        "Le bailleur signe la version en vigueur : la suspension cesse aussitôt.",
        "The landlord signs the version in force: the suspension ends at once.",
    )


class FeatureNotOfVersion(Invalid):
    title = Text(
        "Caractéristique absente de la version du vocabulaire que la charte fixe",
        "Feature not in the vocabulary version that the charter pins",
    )


class SignatoryInvalid(Invalid):
    title = Text("Signataire invalide", "Invalid signatory")
    remedy = Text(
        "Donnez le nom de la personne qui signe pour l'organisation.",
        "Give the name of the person who signs for the organisation.",
    )


class LandlordInvitationNotFound(NotVisible):
    title = Text("Aucune invitation pour ce SIREN", "No invitation for this SIREN")
    remedy = Text(
        "GET /v1/territories/{territory_id}/invitations énumère les vôtres.",
        "GET /v1/territories/{territory_id}/invitations lists yours.",
    )


class LandlordInvitationEnded(Conflict):
    title = Text("Cette invitation a pris fin", "This invitation has ended")
    remedy = Text(
        "Acceptée, elle n'est plus à envoyer ni à révoquer ; révoquée, invitez de nouveau le bailleur.",
        "Accepted, it is neither to be sent nor to be revoked; revoked, invite the landlord again.",
    )


class TooManyLandlordInvitations(TooMany):
    title = Text("Trop d'invitations en un jour", "Too many invitations in one day")
    remedy = Text(
        "Au plus cinquante courriels par jour, et trois pour un même bailleur ; attendez, puis recommencez.",
        "At most fifty mails a day, and three for one landlord; wait, then try again.",
    )


class LandlordLinkUnknown(NotVisible):
    title = Text("Ce lien ne vaut plus", "This link is good no longer")
    remedy = Text(
        "Demandez au coordinateur du territoire de vous inviter de nouveau.",
        "Ask the territory's coordinator to invite you again.",
    )
