"""Errors of the transfers."""

from registry.kernel.errors import BadRequest, Conflict, Gone, Invalid, NotVisible
from registry.kernel.text import Text


class CaseReferenceWeak(BadRequest):
    title = Text("Référence de dossier trop facile à deviner", "Case reference too easy to guess")
    remedy = Text(
        "Tirez 128 bits au hasard, ou un HMAC sous une clé que vous seul gardez, et notez dans votre propre fichier à"
        " qui la référence appartient : python3 -c 'import secrets; print(secrets.token_urlsafe(16))' ou"
        " openssl rand -hex 16. Au moins 22 caractères base64url, ou 32 chiffres hexadécimaux.",
        "Draw 128 random bits, or an HMAC under a key that only you hold, and note in your own file whose the reference"
        " is: python3 -c 'import secrets; print(secrets.token_urlsafe(16))' or openssl rand -hex 16. At least 22"
        " base64url characters, or 32 hexadecimal digits.",
    )


class CaseNotFound(NotVisible):
    title = Text("Dossier introuvable", "Case not found")
    remedy = Text("GET /v1/transfer-cases liste les vôtres.", "GET /v1/transfer-cases lists yours.")


class CaseErased(Gone):
    title = Text("Ce dossier a été effacé", "This case was erased")
    remedy = Text(
        "Une référence effacée n'est jamais reprise ; si la personne consent de nouveau, tirez une nouvelle référence.",
        "An erased reference is never taken again; if the person consents anew, draw another reference.",
    )


class CaseClosed(Conflict):
    title = Text("Ce dossier est clos", "This case is closed")
    remedy = Text("Ouvrez un autre dossier sous une nouvelle référence.", "Open another case under a new reference.")


class CaseTerritoryNeeded(Invalid):
    title = Text(
        "Indiquez le territoire : votre charte n'y est en vigueur dans aucun, ou dans plusieurs",
        "State the territory: your charter is in force in none, or in several",
    )
    remedy = Text("GET /v1/territories liste les vôtres.", "GET /v1/territories lists yours.")


class CaseAreaUnknown(Invalid):
    title = Text("Ce lieu n'est pas de ce territoire", "This place is not of this territory")
    remedy = Text(
        "GET /v1/territories/{id}/communes et /quarters listent les siens.",
        "GET /v1/territories/{id}/communes and /quarters list its own.",
    )


class ProposalNotFound(NotVisible):
    title = Text("Proposition introuvable", "Proposal not found")
    remedy = Text("GET /v1/proposals liste les vôtres.", "GET /v1/proposals lists yours.")


class ConsentOver(Conflict):
    title = Text("Le consentement est échu", "The consent has ended")
    remedy = Text(
        "Recueillez-le de nouveau et prolongez-le au dossier avant de proposer.",
        "Ask for it again and extend it on the case before you propose.",
    )


class HomeNotFree(Conflict):
    title = Text("Ce logement n'est ni libre ni bientôt libre", "This home is neither free nor soon free")
    remedy = Text(
        "Cherchez-en un autre, ou attendez une alerte du dossier.",
        "Look for another, or wait for an alert of the case.",
    )


class HomeElsewhere(Conflict):
    title = Text("Ce logement est dans un autre territoire que le dossier", "The home is of another territory")
    remedy = Text(
        "Un dossier cherche dans un seul territoire ; proposez un logement qui y est partagé.",
        "A case looks in one territory; propose a home that is shared there.",
    )


class ProposalOpen(Conflict):
    title = Text("Ce logement est déjà proposé pour ce dossier", "This home is proposed for this case already")
    remedy = Text(
        "GET /v1/proposals?side=origin montre où en est la proposition.",
        "GET /v1/proposals?side=origin shows how the proposal stands.",
    )


class ProposalsTooMany(Conflict):
    title = Text("Trop de propositions ouvertes pour ce dossier", "Too many open proposals for this case")
    remedy = Text("Retirez-en une avant d'en faire une autre.", "Withdraw one before you make another.")


class StepImpossible(Conflict):
    title = Text("Cette étape n'est pas possible maintenant", "This step is not possible now")


class ReasonInvalid(Invalid):
    title = Text("Motif manquant ou inconnu pour cette étape", "Reason missing or not one of this step's")


class HomeHeld(Conflict):
    title = Text("Ce logement est réservé pour une autre proposition", "This home is kept for another proposal")
    remedy = Text(
        "La proposition reste acceptée : réservez-le après l'échéance, s'il est encore libre.",
        "The proposal stays accepted: hold it after that moment, if it is still free.",
    )


class HousedElsewhere(Conflict):
    title = Text("Un autre logement vient d'être loué pour ce dossier", "Another home was just let for this case")
    remedy = Text(
        "Rien n'est à faire : cette proposition est retirée dans la minute.",
        "There is nothing to do: this proposal is withdrawn within a minute.",
    )


class AddressNotTold(Conflict):
    title = Text("L'adresse n'est pas encore communiquée", "The address is not told yet")
    remedy = Text(
        "Réservez le logement, puis demandez l'adresse par l'étape « disclose » ; elle reste lisible tant que la"
        " réservation dure et après le bail.",
        "Hold the home, then ask for the address by the step 'disclose'; it stays readable while the hold lasts, and"
        " once the home is let.",
    )


class MoveNotFound(NotVisible):
    title = Text("Aucun emménagement à cette proposition", "Nobody has moved by this proposal")
    remedy = Text("Il y en a un après l'étape « move ».", "There is one after the step 'move'.")


class MoveBeforeProposal(Invalid):
    title = Text("L'emménagement est avant sa proposition", "The move is before its proposal")
    remedy = Text(
        "Donnez le jour où la personne a emménagé ; la proposition dit quand elle a été faite.",
        "State the day on which the person moved; the proposal says when it was made.",
    )


class VacatedHomeNotFound(NotVisible):
    title = Text("Logement libéré introuvable", "Vacated home not found")
    remedy = Text("GET /v1/vacated-homes liste les vôtres.", "GET /v1/vacated-homes lists yours.")


class LargeHomeExpected(Invalid):
    title = Text(
        "Ce logement n'est ni grand ni sous-occupé avant : cette issue ne s'y applique pas",
        "This home is neither large nor was it under-occupied: this outcome does not apply",
    )
    remedy = Text(
        "Donnez « lost » avec sa raison, ou dites qu'il était sous-occupé (under_occupied).",
        "State 'lost' with its reason, or that it was under-occupied (under_occupied).",
    )


class VacancyOngoing(Invalid):
    title = Text("Ce logement est encore annoncé libre", "This home is still said to fall vacant")
    remedy = Text(
        "Cette issue dit que le même locataire reste : remettez d'abord le statut du logement à « occupied ».",
        "This outcome says that the same tenant stays: first set the home's status back to 'occupied'.",
    )


class SheetHomeGone(Conflict):
    title = Text("Ce logement n'est plus partagé", "This home is no longer shared")
    remedy = Text(
        "La fiche se lit tant que le logement est partagé : proposez-en un autre.",
        "The sheet is read while the home is shared: propose another one.",
    )


class DemandNotCounted(NotVisible):
    title = Text("Ce mois n'est pas compté", "This month is not counted")
    remedy = Text(
        "Un mois est compté la nuit qui suit sa fin, si la charte y était en vigueur ; sans month, le dernier est lu.",
        "A month is counted in the night after its end, if the charter was in force; without month the last one is"
        " read.",
    )
