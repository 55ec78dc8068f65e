"""Errors of sources, mappings and pulls."""

from datetime import timedelta
from typing import ClassVar

from registry.kernel.errors import Conflict, Invalid, NotVisible, Unavailable
from registry.kernel.text import Text


class SourceNotFound(NotVisible):
    title = Text("Source introuvable", "Source not found")
    remedy = Text("GET /v1/sources énumère les vôtres.", "GET /v1/sources lists yours.")


class SourceAddressRefused(Invalid):
    title = Text("Cette adresse n'est pas admise", "This address is not accepted")
    remedy = Text(
        "Une adresse https d'un hôte que l'opérateur du registre a admis (REGISTRY_PULL_HOSTS).",
        "An https address of a host that the registry's operator admitted (REGISTRY_PULL_HOSTS).",
    )


class SourceSecretMissing(Invalid):
    title = Text("Le secret manque", "The secret is missing")
    remedy = Text(
        "Donnez « secret » : aucun n'est gardé pour cette adresse et cet identifiant.",
        "Give 'secret': none is held for this address and this login.",
    )


class SourceBusy(Conflict):
    title = Text("Un import de cette source est en cours", "An import of this source is running")
    remedy = Text("Attendez qu'il finisse, puis recommencez.", "Wait until it ends, then start again.")


class SourcesTooMany(Conflict):
    title = Text("Trop de sources ou de versions de correspondances", "Too many sources or versions of mappings")
    remedy = Text(
        "Modifiez celles que vous avez, ou supprimez celles qui ne servent plus.",
        "Change those that you have, or delete those that are no longer used.",
    )


class SourceNotPulled(Conflict):
    title = Text("Cette source n'est pas relevée par le registre", "This source is not fetched by the registry")
    remedy = Text(
        "Seules les sources « pull » qui ne sont pas suspendues se relancent.",
        "Only 'pull' sources that are not paused can be run.",
    )


class MappingNotFound(NotVisible):
    title = Text("Correspondance introuvable", "Mapping not found")
    remedy = Text("GET /v1/mappings énumère les vôtres.", "GET /v1/mappings lists yours.")


class MappingUnknown(Invalid):
    title = Text("Cette version de la correspondance n'existe pas", "There is no such version of the mapping")
    remedy = Text("Enregistrez-la d'abord par PUT /v1/mappings/{nom}.", "Store it first by PUT /v1/mappings/{name}.")


class PullFailed(Unavailable):
    """A source gave no file. ``lasting``: time alone will not mend it."""

    title = Text("Le relevé de la source a échoué", "The source could not be fetched")
    lasting: ClassVar[bool] = False
    retry_after: timedelta | None = None


class SourceUnreachable(PullFailed):
    title = Text("La source ne répond pas, ou se coupe", "The source does not answer, or breaks off")


class SourceOverloaded(PullFailed):
    """``retry_after``: how long the server asks to be left alone."""

    title = Text("La source demande d'attendre", "The source asks to wait")

    def __init__(self, detail: Text, *, retry_after: timedelta | None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class SourceRefuses(PullFailed):
    title = Text("La source refuse", "The source refuses")
    lasting = True


class SourceLoginRefused(PullFailed):
    title = Text("La source refuse l'identification", "The source refuses the login")
    lasting = True


class SourceLeadsElsewhere(PullFailed):
    title = Text("La source renvoie à un autre hôte", "The source leads to another host")
    lasting = True


class SourceEndless(PullFailed):
    title = Text("Les pages de la source ne finissent pas", "The pages of the source do not end")
    lasting = True


class SourceFileTooLarge(PullFailed):
    title = Text("Le fichier de la source est trop volumineux", "The source's file is too large")
    lasting = True


class SourceFileInconsistent(PullFailed):
    title = Text("Le fichier de la source est incohérent", "The source's file is inconsistent")


class SourceFault(PullFailed):
    """A defect of this service: the log tells the operator."""

    title = Text("Erreur interne du registre", "Internal error of the registry")
