"""What can be known of a home, from its door inwards."""

from typing import Final

from registry.kernel.text import Text
from registry.vocabulary.fact import HABITATION, IN_FORCE, Fact, Threshold

HOME: Final[tuple[Fact, ...]] = (
    Fact(
        "entrance_door_width", "measure", "home", "doors", "2026.1",
        Text("Largeur de passage de la porte d'entrée", "Clear width of the front door"),
        Text("Passage libre, porte ouverte à 90°.", "Free passage with the door open at 90°."),
        number=2, unit="cm", minimum=50, maximum=200,
        threshold=Threshold(">=", 83, f"{HABITATION}, art. 11", IN_FORCE),
        crosswalks={"acceslibre": "entree_largeur_mini", "cnig": "entree.largeurPassage", "bat": "BAT3", "ahr": "B"},
    ),
    Fact(
        "interior_door_width", "measure", "home", "doors", "2026.1",
        Text("Largeur de passage des portes intérieures", "Clear width of the inner doors"),
        Text("La plus étroite des pièces essentielles.", "The narrowest among the essential rooms."),
        number=3, unit="cm", minimum=40, maximum=200,
        threshold=Threshold(">=", 77, f"{HABITATION}, art. 11", IN_FORCE),
        crosswalks={"vera": "ROL", "bat": "BAT3", "ahr": "B"},
    ),
    Fact(
        "low_thresholds", "yes_no", "home", "doors", "2026.1",
        Text("Seuils d'au plus 2 cm", "Thresholds of 2 cm at most"),
        Text("À toutes les portes du logement, balcon excepté.", "At all doors of the home, the balcony's excepted."),
        number=12, source=f"{HABITATION}, art. 11", crosswalks={"vera": "ROA", "bat": "BAT2", "ahr": "D"},
    ),
    Fact(
        "corridor_width", "measure", "home", "circulation", "2026.2",
        Text("Largeur des circulations intérieures", "Width of the inner passages"),
        Text("La plus étroite, hors des portes.", "The narrowest, doors excepted."),
        unit="cm", minimum=50, maximum=400, threshold=Threshold(">=", 90, f"{HABITATION}, art. 11", IN_FORCE),
    ),
    Fact(
        "bedroom_on_entrance_level", "yes_no", "home", "circulation", "2026.1",
        Text("Chambre au niveau d'entrée", "Bedroom on the entrance level"),
        Text(
            "Séjour, cuisine, chambre, salle d'eau et toilettes sans marche entre eux.",
            "Living room, kitchen, bedroom, bathroom and toilet without a step between them.",
        ),
        number=11, source=f"{HABITATION}, art. 13", crosswalks={"vera": "GNV", "bat": "BAT1", "ahr": "E"},
    ),
    Fact(
        "stairlift", "yes_no", "home", "circulation", "2026.2",
        Text("Monte-escalier", "Stairlift"),
        Text("Posé sur l'escalier du logement, en état de marche.", "Fitted to the home's stairs, in working order."),
        counts=False,
    ),
    Fact(
        "all_rooms_wheelchair", "yes_no", "home", "circulation", "2026.2",
        Text("Toutes les pièces praticables en fauteuil", "All rooms passable by wheelchair"),
        Text(
            "Portes de 0,77 m et aire de rotation de Ø 1,50 m dans chaque pièce.",
            "Doors of 0.77 m and a turning space of Ø 1.50 m in every room.",
        ),
        number=16, source=f"{HABITATION}, art. 11 et 13", crosswalks={"vera": "RUI", "bat": "BAT4", "ahr": "A"},
    ),
    Fact(
        "turning_space", "yes_no", "home", "bathroom", "2026.1",
        Text("Espace de rotation Ø 1,50 m", "Turning space Ø 1.50 m"),
        Text(
            "Dans la salle d'eau : un cercle libre de 1,50 m de diamètre.",
            "In the bathroom: a free circle 1.50 m across.",
        ),
        number=4, source=f"{HABITATION}, annexe 2",
        crosswalks={"acceslibre": "accueil_chambre_sanitaires_espace_usage", "vera": "ROL", "bat": "BAT3", "ahr": "B"},
    ),
    Fact(
        "zero_step_shower", "yes_no", "home", "bathroom", "2026.1",
        Text("Douche de plain-pied", "Zero-step shower"),
        Text(
            "Zone de douche d'au moins 0,90 × 1,20 m, sans ressaut.", "Shower area of at least 0.90 × 1.20 m, no lip."
        ),
        number=5, source="Arrêté du 11 septembre 2020 (NOR LOGL2021565A)",
        crosswalks={"acceslibre": "accueil_chambre_douche_plain_pied", "vera": "ROA", "bat": "BAT2"},
    ),
    Fact(
        "shower_tray_height", "measure", "home", "bathroom", "2026.2",
        Text("Hauteur du receveur de douche", "Height of the shower tray"),
        Text("Du sol à l'arête à franchir ; 0 sans ressaut.", "From the floor to the edge to pass; 0 without a lip."),
        unit="cm", minimum=0, maximum=60,
        threshold=Threshold("<=", 4, "À voter dans la charte (ressaut chanfreiné, art. 2)", IN_FORCE),
    ),
    Fact(
        "shower_seat", "yes_no", "home", "bathroom", "2026.2",
        Text("Siège de douche", "Shower seat"),
        Text("Rabattable ou fixe, scellé.", "Folding or fixed, anchored."),
        crosswalks={"acceslibre": "accueil_chambre_douche_siege"},
    ),
    Fact(
        "grab_bars", "yes_no", "home", "bathroom", "2026.1",
        Text("Barres d'appui", "Grab bars"),
        Text("Dans la douche ou aux toilettes, fixées.", "In the shower or at the toilet, fixed."),
        number=6, crosswalks={"acceslibre": "accueil_chambre_douche_barre_appui", "vera": "ROA", "ahr": "D"},
    ),
    Fact(
        "raised_wc", "yes_no", "home", "bathroom", "2026.1",
        Text("Cuvette de WC surélevée", "Raised toilet"),
        Text("Assise entre 45 et 50 cm.", "Seat between 45 and 50 cm high."),
        number=7,
    ),
    Fact(
        "wc_transfer_space", "yes_no", "home", "bathroom", "2026.1",
        Text("Espace d'usage à côté de la cuvette", "Transfer space beside the toilet"),
        Text("Libre sur 0,80 × 1,30 m.", "Free over 0.80 × 1.30 m."),
        number=8, source=f"{HABITATION}, annexe 2", crosswalks={"vera": "ROL", "bat": "BAT3", "ahr": "B"},
    ),
    Fact(
        "washbasin_knee_space", "yes_no", "home", "bathroom", "2026.2",
        Text("Lavabo utilisable assis", "Washbasin usable seated"),
        Text("Vide sous la vasque d'au moins 0,70 m de haut.", "Free height of 0.70 m at least below the basin."),
    ),
    Fact(
        "lever_taps", "yes_no", "home", "bathroom", "2026.2",
        Text("Mitigeurs à levier", "Lever taps"),
        Text("À la douche, au lavabo et à l'évier.", "At the shower, the washbasin and the sink."),
    ),
    Fact(
        "non_slip_floor", "yes_no", "home", "bathroom", "2026.2",
        Text("Sol antidérapant", "Non-slip floor"),
        Text("Dans la salle d'eau, douche comprise.", "In the bathroom, the shower included."),
    ),
    Fact(
        "kitchen_clearance", "measure", "home", "kitchen", "2026.2",
        Text("Passage libre dans la cuisine", "Clear passage in the kitchen"),
        Text("Entre les meubles qui se font face.", "Between the fittings that face each other."),
        unit="cm", minimum=40, maximum=600, threshold=Threshold(">=", 150, f"{HABITATION}, art. 13", IN_FORCE),
        crosswalks={"bat": "BAT4", "ahr": "A"},
    ),
    Fact(
        "adjustable_worktop", "yes_no", "home", "kitchen", "2026.2",
        Text("Plan de travail réglable ou évidé", "Adjustable or open worktop"),
        Text("Utilisable assis.", "Usable seated."),
    ),
    Fact(
        "bedroom_clearance", "yes_no", "home", "bedroom", "2026.2",
        Text("Passages de 0,90 m autour du lit", "Passages of 0.90 m around the bed"),
        Text(
            "Autour d'un lit de 1,40 × 1,90 m (0,90 × 1,90 m pour une personne).",
            "Around a bed of 1.40 × 1.90 m (0.90 × 1.90 m for one person).",
        ),
        source=f"{HABITATION}, art. 13", crosswalks={"bat": "BAT4"},
    ),
    Fact(
        "balcony_access", "yes_no", "home", "bedroom", "2026.2",
        Text("Balcon accessible", "Accessible balcony"),
        Text(
            "Passage de 0,80 m, seuil franchissable au besoin par un plan incliné ; « oui » s'il n'y en a pas.",
            "Passage of 0.80 m, a threshold that can be passed, by an added inclined plane if need be; 'yes' where "
            "there is none.",
        ),
        source=f"{HABITATION}, art. 14",
    ),
    Fact(
        "reachable_controls", "yes_no", "home", "controls", "2026.2",
        Text("Commandes entre 0,90 et 1,30 m", "Controls between 0.90 and 1.30 m"),
        Text("Interrupteurs, et prises à 1,30 m au plus.", "Switches; sockets at 1.30 m at most."),
        source=f"{HABITATION}, art. 11",
    ),
    Fact(
        "motorised_shutters", "yes_no", "home", "controls", "2026.1",
        Text("Volets motorisés", "Motorised shutters"),
        Text("Dans les pièces de vie.", "In the living rooms."),
        number=13,
    ),
    Fact(
        "remote_control", "yes_no", "home", "controls", "2026.2",
        Text("Commandes à distance", "Remote controls"),
        Text("De l'éclairage ou des ouvrants.", "Of lights or of doors and windows."),
        counts=False,
    ),
    Fact(
        "home_automation", "yes_no", "home", "equipment", "2026.2",
        Text("Domotique", "Home automation"),
        Text("Installation pilotée, remise avec sa notice.", "A controlled installation, handed over with its manual."),
        counts=False,
    ),
    Fact(
        "telecare", "yes_no", "home", "equipment", "2026.2",
        Text("Téléassistance", "Telecare alarm"),
        Text("Équipement installé, que l'abonnement soit pris ou non.", "Fitted, whether it is subscribed to or not."),
        counts=False,
    ),
    Fact(
        "adjustable_furniture", "yes_no", "home", "equipment", "2026.2",
        Text("Mobilier réglable", "Adjustable furniture"),
        Text("Réglable en hauteur et laissé au logement.", "Adjustable in height and left with the home."),
        counts=False,
    ),
    Fact(
        "lighting_path", "yes_no", "home", "senses", "2026.2",
        Text("Chemin lumineux", "Lit path"),
        Text("Du lit aux toilettes, automatique.", "From bed to toilet, automatic."),
        number=17,
    ),
    Fact(
        "visual_signals", "yes_no", "home", "senses", "2026.2",
        Text("Signaux lumineux", "Light signals"),
        Text("De la sonnette et des détecteurs d'alarme.", "Of the bell and of the alarms."),
        number=18,
    ),
    Fact(
        "hearing_loop", "yes_no", "home", "senses", "2026.2",
        Text("Boucle magnétique", "Hearing loop"),
        Text("Au visiophone ou dans le séjour.", "At the video intercom or in the living room."),
        number=19, crosswalks={"acceslibre": "accueil_equipements_malentendants"},
    ),
    Fact(
        "contrast_markings", "yes_no", "home", "senses", "2026.2",
        Text("Contrastes et repères", "Contrasts and markings"),
        Text(
            "Portes, commandes et nez de marche contrastés, repères simples d'une pièce à l'autre.",
            "Doors, controls and step edges in contrast; simple markings from room to room.",
        ),
        number=20,
    ),
    Fact(
        "evolutive", "yes_no", "home", "declared", "2026.2",
        Text("Logement évolutif", "Evolutive home"),
        Text(
            "Séjour et toilettes utilisables dès la livraison, le reste rendu accessible par des travaux simples.",
            "Living room and toilet usable from delivery, the rest made accessible by simple works.",
        ),
        number=21, source="Loi n° 2018-1021 du 23 novembre 2018 (ELAN), art. 64", counts=False,
    ),
    Fact(
        "adaptable", "yes_no", "home", "declared", "2026.2",
        Text("Logement adaptable", "Adaptable home"),
        Text(
            "Travaux d'adaptation jugés faisables ; voir les travaux envisageables du logement.",
            "Adaptation works found feasible; see the feasible works of the home.",
        ),
        number=22, counts=False,
    ),
    Fact(
        "declared_accessible", "yes_no", "home", "declared", "2026.1",
        Text("Déclaré accessible au répertoire", "Declared accessible in the national register"),
        Text(
            "Déclaré pour le répertoire annuel des logements sociaux (RPLS, variable PMR : 2 et 3 oui, 1 non) ; "
            "rang faible, jamais une preuve que le logement est adapté.",
            "Declared for the yearly register of social homes (RPLS, variable PMR: 2 and 3 yes, 1 no); low rank, never "
            "proof that the home is adapted.",
        ),
        number=15, source="RPLS, variable PMR", counts=False, crosswalks={"rpls": "PMR"},
    ),
)  # fmt: skip
"""By section, in the order of a form."""
