"""What a survey on foot tells of the surroundings: the entrance and the first 200 m, where no network does.

200 m is the distance of Opac de la Savoie's commitments for senior homes.
"""

from typing import Final

from registry.kernel.text import Text
from registry.vocabulary.fact import HABITATION, IN_FORCE, Choice, Fact, Place, Threshold

_RESIDENCE: Final[tuple[Place, ...]] = ("residence",)

SURROUNDINGS: Final[tuple[Fact, ...]] = (
    Fact(
        "path_width", "measure", "surroundings", "path", "2026.2",
        Text("Largeur du cheminement", "Width of the path"),
        Text("La plus étroite ; 90 cm tolérés ponctuellement.", "The narrowest; 90 cm are tolerated locally."),
        stated_on=_RESIDENCE, unit="cm", minimum=20, maximum=2000,
        threshold=Threshold(">=", 120, f"{HABITATION}, art. 2", IN_FORCE),
        crosswalks={"cnig": "circulation.largeurUtile"},
    ),
    Fact(
        "path_slope", "measure", "surroundings", "path", "2026.2",
        Text("Pente du cheminement", "Slope of the path"),
        Text("La plus forte, montée ou descente.", "The steepest, up or down."),
        stated_on=_RESIDENCE, unit="%", minimum=0, maximum=60,
        threshold=Threshold("<=", 5, f"{HABITATION}, art. 2", IN_FORCE),
        crosswalks={"acceslibre": "cheminement_ext_pente_presence", "cnig": "circulation.pente"},
    ),
    Fact(
        "path_cross_fall", "measure", "surroundings", "path", "2026.2",
        Text("Dévers du cheminement", "Cross-fall of the path"),
        Text("Le plus fort.", "The steepest."),
        stated_on=_RESIDENCE, unit="%", minimum=0, maximum=30,
        threshold=Threshold("<=", 2, f"{HABITATION}, art. 2", IN_FORCE),
        crosswalks={"acceslibre": "cheminement_ext_devers", "cnig": "circulation.devers"},
    ),
    Fact(
        "path_kerb", "measure", "surroundings", "path", "2026.2",
        Text("Ressaut le plus haut", "Highest kerb or lip"),
        Text("À franchir sans rampe ; 4 cm admis avec chanfrein.", "To pass without a ramp; 4 cm with a chamfer."),
        stated_on=_RESIDENCE, unit="cm", minimum=0, maximum=60,
        threshold=Threshold("<=", 2, f"{HABITATION}, art. 2", IN_FORCE),
        crosswalks={"cnig": "noeud_cheminement.hauteurRessaut"},
    ),
    Fact(
        "path_steps", "measure", "surroundings", "path", "2026.2",
        Text("Marches sur le cheminement", "Steps on the path"),
        Text("Sans rampe ni détour de plain-pied.", "Without a ramp or a step-free way round."),
        stated_on=_RESIDENCE, unit="steps", minimum=0, maximum=400,
        threshold=Threshold("<=", 0, f"{HABITATION}, art. 2", IN_FORCE),
        crosswalks={"acceslibre": "cheminement_ext_nombre_marches", "cnig": "escalier.nbMarches"},
    ),
    Fact(
        "path_handrail", "yes_no", "surroundings", "path", "2026.2",
        Text("Main courante le long des marches", "Handrail along the steps"),
        Text("Des deux côtés, continue.", "On both sides, continuous."),
        stated_on=_RESIDENCE,
        crosswalks={"acceslibre": "cheminement_ext_main_courante", "cnig": "escalier.mainCourante"},
    ),
    Fact(
        "path_surface", "choice", "surroundings", "path", "2026.2",
        Text("Revêtement du cheminement", "Surface of the path"),
        Text("Le plus mauvais des 200 premiers mètres.", "The worst of the first 200 metres."),
        stated_on=_RESIDENCE,
        choices=(
            Choice("smooth", Text("Roulant", "Smooth")),
            Choice("uneven", Text("Irrégulier", "Uneven")),
            Choice("loose", Text("Meuble", "Loose")),
        ),
        source=f"{HABITATION}, art. 2",
        crosswalks={"acceslibre": "cheminement_ext_terrain_stable", "cnig": "circulation.etatRevetement"},
    ),
    Fact(
        "path_lighting", "measure", "surroundings", "path", "2026.2",
        Text("Éclairement du cheminement", "Light on the path"),
        Text("Mesuré au sol, de nuit.", "Measured on the ground, at night."),
        stated_on=_RESIDENCE, unit="lux", minimum=0, maximum=1000,
        threshold=Threshold(">=", 20, f"{HABITATION}, art. 10", IN_FORCE),
        crosswalks={"cnig": "circulation.eclairage"},
    ),
    Fact(
        "dropped_kerbs", "yes_no", "surroundings", "crossings", "2026.2",
        Text("Trottoirs abaissés aux traversées", "Dropped kerbs at the crossings"),
        Text("À toutes celles des 200 premiers mètres.", "At all those of the first 200 metres."),
        stated_on=_RESIDENCE, crosswalks={"cnig": "noeud_cheminement.abaisseLargeur"},
    ),
    Fact(
        "tactile_warning", "yes_no", "surroundings", "crossings", "2026.2",
        Text("Bandes d'éveil de vigilance", "Tactile warning strips"),
        Text("À toutes les traversées des 200 premiers mètres.", "At all crossings of the first 200 metres."),
        stated_on=_RESIDENCE, crosswalks={"cnig": "noeud_cheminement.bandeEveilVigilance"},
    ),
    Fact(
        "rest_bench", "yes_no", "surroundings", "rest", "2026.2",
        Text("Banc ou appui à moins de 200 m", "Bench or leaning rail within 200 m"),
        Text("Sur le chemin des services.", "On the way to the services."),
        stated_on=_RESIDENCE,
    ),
)  # fmt: skip
"""By section, in the order of a form."""
