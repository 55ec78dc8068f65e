"""Errors of the stock."""

from registry.kernel.errors import BadRequest, Conflict, Invalid, NotVisible
from registry.kernel.text import Text


class HomeNotFound(NotVisible):
    title = Text("Logement introuvable", "Home not found")
    remedy = Text("GET /v1/homes liste les vôtres.", "GET /v1/homes lists yours.")


class ResidenceNotFound(NotVisible):
    title = Text("Résidence introuvable", "Residence not found")
    remedy = Text("GET /v1/residences liste les vôtres.", "GET /v1/residences lists yours.")


class ResidenceUnknown(Invalid):
    title = Text("Résidence inconnue", "Unknown residence")
    remedy = Text(
        "Publiez d'abord la résidence : PUT /v1/residences/{ref}.",
        "Publish the residence first: PUT /v1/residences/{ref}.",
    )


class HomeUnknown(Invalid):
    title = Text("Logement inconnu", "Unknown home")
    remedy = Text("Publiez d'abord le logement : PUT /v1/homes/{ref}.", "Publish the home first: PUT /v1/homes/{ref}.")


class BuildingUnknown(Invalid):
    title = Text("Bâtiment inconnu dans cette résidence", "Unknown building in this residence")
    remedy = Text("Déclarez-le dans la résidence.", "State it in the residence.")


class RefTwice(Invalid):
    title = Text("Référence déjà présente dans le lot", "Reference given twice in the batch")
    remedy = Text("Gardez une ligne par logement.", "Keep one line per home.")


class RefInvalid(BadRequest):
    title = Text("Référence invalide", "Invalid reference")
    remedy = Text("De 1 à 100 caractères imprimables.", "From 1 to 100 printable characters.")


class ResidenceInUse(Conflict):
    title = Text("La résidence a encore des logements", "The residence still has homes")
    remedy = Text("Supprimez ou déplacez d'abord ses logements.", "Delete or move its homes first.")


class BuildingInUse(Conflict):
    title = Text("Un bâtiment retiré a encore des logements", "A building left out still has homes")
    remedy = Text(
        "Gardez-le dans la liste, ou déplacez d'abord ses logements.", "Keep it in the list, or move its homes first."
    )


class TerritoryUnknown(Invalid):
    title = Text("Territoire inconnu", "Unknown territory")
    remedy = Text("GET /v1/territories liste les vôtres.", "GET /v1/territories lists yours.")


class BatchEmpty(Invalid):
    title = Text("Le lot est vide", "The batch is empty")
    remedy = Text("Envoyez un objet JSON par ligne.", "Send one JSON object a line.")


class AttributeMissing(Invalid):
    title = Text("Obligatoire pour un objet nouveau", "Required of something new")
    remedy = Text("Ajoutez la colonne, ou complétez la ligne.", "Add the column, or fill the line.")


class BuildingsTooMany(Invalid):
    title = Text(
        "Trop de bâtiments dans cette résidence (500 au plus)", "Too many buildings in this residence (500 at most)"
    )
    remedy = Text("Vérifiez la colonne du bâtiment.", "Check the column of the building.")


class StockChangedMeanwhile(Conflict):
    title = Text("Le parc a changé pendant la comparaison", "The stock changed while it was compared")
    remedy = Text("Rien n'est enregistré ; recommencez.", "Nothing is saved; start again.")


class PositionNotWaiting(NotVisible):
    title = Text("Aucune position à vérifier pour cette résidence", "No position of this residence waits for a review")
    remedy = Text(
        "GET /v1/positions-to-review liste celles qui attendent ; pour changer une autre position, déclarez-la :"
        " PUT /v1/residences/{ref}.",
        "GET /v1/positions-to-review lists those that wait; to change another position, state it:"
        " PUT /v1/residences/{ref}.",
    )


class PositionOutsideCommune(Invalid):
    title = Text(
        "Cette position est hors de la commune de la résidence", "This position is outside the residence's commune"
    )
    remedy = Text(
        "Vérifiez la longitude et la latitude, ou corrigez d'abord le code de commune de la résidence.",
        "Check longitude and latitude, or correct the residence's commune code first.",
    )


class LiftOutageNotFound(NotVisible):
    title = Text("Panne d'ascenseur introuvable", "Lift outage not found")
    remedy = Text("GET /v1/lift-outages liste les vôtres.", "GET /v1/lift-outages lists yours.")


class LiftOutageOpen(Conflict):
    title = Text("Cet ascenseur est déjà déclaré en panne", "This lift is stated to be out of service already")
    remedy = Text(
        "Modifiez la panne en cours : PUT /v1/lift-outages/{id} ; GET /v1/lift-outages?open=true les liste.",
        "Change the open outage: PUT /v1/lift-outages/{id}; GET /v1/lift-outages?open=true lists them.",
    )


class LiftOutageInFuture(Invalid):
    title = Text("Cet instant est dans l'avenir", "This moment is in the future")
    remedy = Text(
        "Déclarez la panne ou sa fin quand elle a lieu ; une fin prévue se déclare dans expected_end.",
        "State the outage or its end once it happens; an end that is planned is stated as expected_end.",
    )


class LiftOutageEndsBeforeItStarts(Invalid):
    title = Text("La panne finirait avant d'avoir commencé", "The outage would end before it started")
    remedy = Text("Vérifiez started_at, expected_end et ended_at.", "Check started_at, expected_end and ended_at.")
