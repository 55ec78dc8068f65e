"""What can be known of the common parts: from the street to the door of the home."""

from typing import Final

from registry.kernel.text import Text
from registry.vocabulary.fact import HABITATION, IN_FORCE, Choice, Fact, Place, Threshold, When

_BOTH: Final[tuple[Place, ...]] = ("home", "residence")
_RESIDENCE: Final[tuple[Place, ...]] = ("residence",)
_LIFT: Final = When("lift", "yes")

COMMON_PARTS: Final[tuple[Fact, ...]] = (
    Fact(
        "step_free_entrance", "yes_no", "common_parts", "entrance", "2026.1",
        Text("Entrée de plain-pied", "Step-free entrance"),
        Text(
            "Aucune marche entre la rue et l'intérieur du bâtiment ; une rampe conforme compte comme plain-pied.",
            "No step between the street and the inside of the building; a compliant ramp counts as step-free.",
        ),
        stated_on=_BOTH, number=0, source=f"{HABITATION}, art. 2",
        crosswalks={"acceslibre": "entree_plain_pied", "cnig": "entree.escalierNbMarche", "vera": "NUL", "ahr": "E"},
    ),
    Fact(
        "access_ramp", "yes_no", "common_parts", "entrance", "2026.2",
        Text("Rampe d'accès", "Access ramp"),
        Text("Fixe, de 5 % au plus ou conforme aux tolérances.", "Fixed, 5 % at most or within the tolerances."),
        stated_on=_RESIDENCE, source=f"{HABITATION}, art. 2",
        when=When("step_free_entrance", "no", excludes=False),  # with a compliant ramp the entrance is step-free
        crosswalks={"acceslibre": "entree_marches_rampe", "cnig": "entree.rampe"},
    ),
    Fact(
        "entrance_door_width_common", "measure", "common_parts", "entrance", "2026.2",
        Text("Largeur de passage de la porte d'immeuble", "Clear width of the building's door"),
        Text("Passage libre, un vantail ouvert à 90°.", "Free passage with one leaf open at 90°."),
        stated_on=_RESIDENCE, unit="cm", minimum=50, maximum=300,
        threshold=Threshold(">=", 83, f"{HABITATION}, art. 4", IN_FORCE),
        crosswalks={"acceslibre": "entree_largeur_mini", "cnig": "entree.largeurPassage"},
    ),
    Fact(
        "entrance_door_effort", "measure", "common_parts", "entrance", "2026.2",
        Text("Effort d'ouverture de la porte d'immeuble", "Force to open the building's door"),
        Text("Mesuré à la poignée, ferme-porte compris.", "Measured at the handle, closer included."),
        stated_on=_RESIDENCE, unit="N", minimum=0, maximum=300,
        threshold=Threshold("<=", 50, f"{HABITATION}, art. 4", IN_FORCE),
        crosswalks={"cnig": "entree.effortOuverture"},
    ),
    Fact(
        "automatic_entrance_door", "yes_no", "common_parts", "entrance", "2026.2",
        Text("Porte d'immeuble automatique", "Automatic building door"),
        Text("S'ouvre sans effort.", "Opens without effort."),
        stated_on=_RESIDENCE, crosswalks={"acceslibre": "entree_porte_type", "cnig": "entree.typeOuverture"},
    ),
    Fact(
        "video_intercom", "yes_no", "common_parts", "entrance", "2026.1",
        Text("Visiophone", "Video intercom"),
        Text("Appel sonore et lumineux, image du visiteur.", "Sound and light signal, image of the visitor."),
        stated_on=_BOTH, number=14, source=f"{HABITATION}, art. 4",
        crosswalks={"acceslibre": "entree_dispositif_appel_type", "cnig": "entree.controleAcces"},
    ),
    Fact(
        "reachable_intercom", "yes_no", "common_parts", "entrance", "2026.2",
        Text("Appel et digicode entre 0,90 et 1,30 m", "Intercom and keypad between 0.90 and 1.30 m"),
        Text("Et à 0,40 m au moins d'un angle.", "And 0.40 m at least from a corner."),
        stated_on=_RESIDENCE, source=f"{HABITATION}, art. 4",
    ),
    Fact(
        "reachable_letterboxes", "yes_no", "common_parts", "halls", "2026.2",
        Text("Boîtes aux lettres à portée", "Letterboxes within reach"),
        Text("Entre 0,90 et 1,30 m.", "Between 0.90 and 1.30 m."),
        stated_on=_RESIDENCE, source=f"{HABITATION}, art. 5",
    ),
    Fact(
        "corridor_width_common", "measure", "common_parts", "halls", "2026.2",
        Text("Largeur des circulations communes", "Width of the common passages"),
        Text("La plus étroite ; 90 cm tolérés ponctuellement.", "The narrowest; 90 cm are tolerated locally."),
        stated_on=_RESIDENCE, unit="cm", minimum=60, maximum=1000,
        threshold=Threshold(">=", 120, f"{HABITATION}, art. 5", IN_FORCE),
        crosswalks={"cnig": "circulation.largeurUtile"},
    ),
    Fact(
        "lighting_corridor", "measure", "common_parts", "halls", "2026.2",
        Text("Éclairement des circulations", "Light in the passages"),
        Text("Mesuré au sol.", "Measured on the floor."),
        stated_on=_RESIDENCE, unit="lux", minimum=0, maximum=5000,
        threshold=Threshold(">=", 100, f"{HABITATION}, art. 10", IN_FORCE),
        crosswalks={"cnig": "circulation.eclairage"},
    ),
    Fact(
        "signage_contrast", "yes_no", "common_parts", "halls", "2026.2",
        Text("Signalétique lisible et contrastée", "Legible signs in contrast"),
        Text("Étages, entrées et portes.", "Floors, entrances and doors."),
        stated_on=_RESIDENCE,
    ),
    Fact(
        "indoor_seat", "yes_no", "common_parts", "halls", "2026.2",
        Text("Siège dans le hall", "Seat in the hall"),
        Text("Fixe, à l'abri.", "Fixed, under shelter."),
        stated_on=_RESIDENCE,
    ),
    Fact(
        "shared_rooms_accessible", "yes_no", "common_parts", "halls", "2026.2",
        Text("Locaux communs accessibles", "Accessible shared rooms"),
        Text(
            "Déchets, caves, salle commune : tous atteints sans marche.",
            "Waste, cellars, common room: all reached without a step.",
        ),
        stated_on=_RESIDENCE, source=f"{HABITATION}, art. 5 et 6",
    ),
    Fact(
        "lift", "yes_no", "common_parts", "levels", "2026.1",
        Text("Ascenseur", "Lift"),
        Text("Un ascenseur dessert l'étage du logement.", "A lift serves the home's floor."),
        stated_on=_BOTH, number=1, source=f"{HABITATION}, art. 6 ; NF EN 81-70",
        crosswalks={"acceslibre": "entree_ascenseur", "cnig": "entree.ascenseur"},
    ),
    Fact(
        "lift_standard", "yes_no", "common_parts", "levels", "2026.2",
        Text("Ascenseur conforme à la NF EN 81-70", "Lift to EN 81-70"),
        Text("Cabine, commandes et signaux.", "Cabin, controls and signals."),
        stated_on=_RESIDENCE, number=23, source=f"{HABITATION}, art. 6 ; NF EN 81-70", when=_LIFT,
        crosswalks={"acceslibre": "entree_ascenseur_pmr", "cnig": "ascenseur.largeurCabine", "bat": "BAT4"},
    ),
    Fact(
        "lift_serves_all", "yes_no", "common_parts", "levels", "2026.2",
        Text("Ascenseur desservant tous les niveaux", "Lift serving every level"),
        Text("Tous ceux de logements ou de locaux communs.", "All those of homes or of shared rooms."),
        stated_on=_RESIDENCE, source=f"{HABITATION}, art. 6", when=_LIFT,
    ),
    Fact(
        "steps_to_door", "measure", "common_parts", "levels", "2026.1",
        Text("Marches jusqu'à la porte du logement", "Steps to the home's door"),
        Text(
            "Marches sans ascenseur ni rampe entre la rue et la porte du logement.",
            "Steps without lift or ramp between the street and the home's door.",
        ),
        number=9, unit="steps", minimum=0, maximum=400,
        threshold=Threshold("<=", 0, f"{HABITATION}, art. 2 et 6", IN_FORCE),
        crosswalks={"acceslibre": "entree_marches", "cnig": "escalier.nbMarches", "vera": "NUL"},
    ),
    Fact(
        "stair_handrails", "choice", "common_parts", "levels", "2026.2",
        Text("Mains courantes des escaliers", "Handrails of the stairs"),
        Text("Continues, prolongées d'une marche.", "Continuous, longer than the stairs by one step."),
        stated_on=_BOTH,
        choices=(
            Choice("none", Text("Aucune", "None")),
            Choice("one_side", Text("D'un côté", "On one side")),
            Choice("both_sides", Text("Des deux côtés", "On both sides")),
        ),
        source=f"{HABITATION}, art. 6", crosswalks={"cnig": "escalier.mainCourante"},
    ),
    Fact(
        "stair_riser", "measure", "common_parts", "levels", "2026.2",
        Text("Hauteur des marches", "Height of the steps"),
        Text("La plus haute.", "The highest."),
        stated_on=_RESIDENCE, unit="cm", minimum=5, maximum=40,
        threshold=Threshold("<=", 17, f"{HABITATION}, art. 6", IN_FORCE),
        crosswalks={"cnig": "escalier.hauteurMarche"},
    ),
    Fact(
        "stair_tread", "measure", "common_parts", "levels", "2026.2",
        Text("Giron des marches", "Tread of the steps"),
        Text("Le plus court.", "The shortest."),
        stated_on=_RESIDENCE, unit="cm", minimum=10, maximum=80,
        threshold=Threshold(">=", 28, f"{HABITATION}, art. 6", IN_FORCE),
        crosswalks={"cnig": "escalier.giron"},
    ),
    Fact(
        "stair_contrast", "yes_no", "common_parts", "levels", "2026.2",
        Text("Nez de marche contrastés", "Step edges in contrast"),
        Text("Avec éveil de vigilance à 0,50 m en haut.", "With a tactile warning 0.50 m above."),
        stated_on=_RESIDENCE, source=f"{HABITATION}, art. 6", crosswalks={"cnig": "escalier.contrasteVisuel"},
    ),
    Fact(
        "lighting_stairs", "measure", "common_parts", "levels", "2026.2",
        Text("Éclairement des escaliers", "Light on the stairs"),
        Text("Mesuré au sol.", "Measured on the floor."),
        stated_on=_RESIDENCE, unit="lux", minimum=0, maximum=5000,
        threshold=Threshold(">=", 150, f"{HABITATION}, art. 10", IN_FORCE),
    ),
    Fact(
        "adapted_parking", "yes_no", "common_parts", "parking", "2026.1",
        Text("Stationnement adapté", "Adapted parking"),
        Text(
            "Une place d'au moins 3,30 m de large reliée au logement sans marche.",
            "A space at least 3.30 m wide, linked to the home without steps.",
        ),
        stated_on=_BOTH, number=10, source=f"{HABITATION}, art. 3",
        crosswalks={"acceslibre": "stationnement_pmr", "cnig": "stationnement_pmr.largeurStat"},
    ),
    Fact(
        "caretaker_hours", "measure", "common_parts", "people", "2026.2",
        Text("Présence d'un gardien", "Presence of a caretaker"),
        Text("Heures par semaine sur place.", "Hours a week on the spot."),
        stated_on=_RESIDENCE, unit="hours/week", minimum=0, maximum=168, counts=False,
    ),
    Fact(
        "caretaker_trained", "yes_no", "common_parts", "people", "2026.2",
        Text("Gardien formé à l'accueil des locataires âgés", "Caretaker trained to receive older tenants"),
        Text("Formation suivie, attestée.", "Training followed and certified."),
        stated_on=_RESIDENCE, counts=False,
    ),
)  # fmt: skip
"""By section, in the order of a form."""
