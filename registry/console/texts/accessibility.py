"""The accessibility statement, in French and English.

In the form of the RGAA's model (référentiel général d'amélioration de l'accessibilité, version 4.1.2, April 2023), as
décret n° 2019-768 of 24 July 2019, art. 4 to 7, asks of every public body for its sites, extranets and applications
(loi n° 2005-102 of 11 February 2005, art. 47). The model says "non conforme" where no audit in force measures the
criteria, whatever tests say: so does this statement until an audit is done.
"""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "accessibility.title": Text("Déclaration d'accessibilité", "Accessibility statement"),
    "accessibility.commitment": Text(
        "{operator} s'engage à rendre ce service accessible conformément à l'article 47 de la loi n° 2005-102 du"
        " 11 février 2005. Cette déclaration s'applique au registre de l'accessibilité, à l'adresse {address}.",
        "{operator} commits to making this service accessible in accordance with article 47 of French law n° 2005-102"
        " of 11 February 2005. This statement applies to the accessibility registry at {address}.",
    ),
    "accessibility.operator": Text("L'organisme qui exploite ce service", "The body that operates this service"),
    "accessibility.state": Text("État de conformité", "State of conformity"),
    "accessibility.state_explain": Text(
        "Le registre de l'accessibilité est non conforme au référentiel général d'amélioration de l'accessibilité"
        " (RGAA), version 4.1.2 : aucun audit de conformité n'a encore été mené, et la loi veut qu'un service sans"
        " audit soit déclaré non conforme. Ce qui a été vérifié, et ce qui ne l'a pas été, est dit ci-dessous.",
        "The accessibility registry is not compliant with the French general accessibility framework (RGAA), version"
        " 4.1.2: no audit has been made yet, and by law a service without an audit is declared not compliant. What was"
        " checked, and what was not, is said below.",
    ),
    "accessibility.tests": Text("Résultats des tests", "Results of the tests"),
    "accessibility.tests_none": Text(
        "Taux de conformité : non mesuré, faute d'audit par des personnes sur les 106 critères du RGAA.",
        "Rate of conformity: not measured, for want of an audit by people of the 106 criteria of the RGAA.",
    ),
    "accessibility.tests_done": Text(
        "Vérifications automatiques faites à chaque version, sur chaque page et pour chaque rôle, en français et en"
        " anglais :",
        "Automatic checks, made for each version, of every page and for each role, in French and English:",
    ),
    "accessibility.tests_axe": Text(
        "aucune violation signalée par axe-core des règles WCAG 2.0, 2.1 et 2.2, niveaux A et AA (un outil automatique"
        " ne juge qu'une partie des critères) ;",
        "no violation reported by axe-core of the rules of WCAG 2.0, 2.1 and 2.2, levels A and AA (an automatic tool"
        " judges only a part of the criteria);",
    ),
    "accessibility.tests_narrow": Text(
        "affichage sans défilement horizontal à 320 pixels de large (WCAG 1.4.10) ;",
        "display without sideways scrolling at a width of 320 pixels (WCAG 1.4.10);",
    ),
    "accessibility.tests_script": Text(
        "parcours principaux faits de trois façons dans Chromium, avec JavaScript, sans lui et au clavier seul, la"
        " carte comprise ; au clavier, le focus est visible à chaque étape (seule la fenêtre du système où se choisit"
        " un fichier n'est pas parcourue) ;",
        "main journeys made in three ways in Chromium, with JavaScript, without it and by keyboard alone, the map"
        " included; by keyboard the focus is visible at every step (only the system's own window in which a file is"
        " chosen is not gone through);",
    ),
    "accessibility.tests_pdf": Text(
        "rapports imprimés en PDF balisé (PDF/UA-1), avec langue et titre, sans contrôle par un lecteur d'écran.",
        "reports printed as tagged PDF (PDF/UA-1), with language and title, not checked with a screen reader.",
    ),
    "accessibility.untested": Text("Ce qui n'a pas été vérifié", "What was not checked"),
    "accessibility.untested_readers": Text(
        "l'usage avec NVDA, JAWS, VoiceOver ou TalkBack ;", "use with NVDA, JAWS, VoiceOver or TalkBack;"
    ),
    "accessibility.untested_people": Text(
        "l'usage par des personnes en situation de handicap ;", "use by persons with disabilities;"
    ),
    "accessibility.untested_browsers": Text(
        "les navigateurs autres que Chromium, et les appareils mobiles réels ;",
        "browsers other than Chromium, and real mobile devices;",
    ),
    "accessibility.untested_keyboard": Text(
        "l'usage au clavier hors de ces parcours, et sur les pages de fournisseurs d'identité tiers ;",
        "use by keyboard outside of these journeys, and on the pages of identity providers that are others';",
    ),
    "accessibility.untested_contrast": Text(
        "le contraste et le sens des couleurs de la carte, là où elle est affichée.",
        "the contrast and the meaning of colours on the map, where one is shown.",
    ),
    "accessibility.content": Text("Contenus non accessibles", "Content that is not accessible"),
    "accessibility.content_known": Text("Non-conformités connues", "Known failures"),
    "accessibility.content_map": Text(
        "La carte demande JavaScript, et ce qui y est dessiné n'est pas lu par un lecteur d'écran ; les annonces"
        " qu'elle montre sont aussi dans la liste à côté d'elle.",
        "The map needs JavaScript, and what is drawn on it is not read by a screen reader; the listings that it shows"
        " are in the list beside it as well.",
    ),
    "accessibility.content_codes": Text(
        "Certains textes restent des codes ou de l'anglais : codes de problème, empreintes, noms de colonnes des"
        " fichiers.",
        "Some texts remain codes or English: codes of problems, digests, names of columns of files.",
    ),
    "accessibility.content_exempt": Text(
        "Dérogations pour charge disproportionnée : aucune. Contenus non soumis à l'obligation : les fichiers que les"
        " bailleurs déposent, et les pages de fournisseurs d'identité tiers.",
        "Exemptions for disproportionate burden: none. Content outside the obligation: files that landlords send, and"
        " pages of identity providers that are others'.",
    ),
    "accessibility.made": Text("Établissement de cette déclaration", "How this statement was made"),
    "accessibility.made_on": Text(
        "Cette déclaration a été établie le {made}, par auto-évaluation.",
        "This statement was made on {made}, by self-assessment.",
    ),
    "accessibility.technologies": Text(
        "Technologies : HTML5, CSS, JavaScript (en complément), SVG, WAI-ARIA, PDF. Environnement de test : Chromium"
        " sous Debian, axe-core.",
        "Technologies: HTML5, CSS, JavaScript (as a refinement), SVG, WAI-ARIA, PDF. Test environment: Chromium on"
        " Debian, axe-core.",
    ),
    "accessibility.pages": Text(
        "Pages vérifiées par les outils : toutes celles de la console et du compte, cette déclaration comprise.",
        "Pages checked by the tools: all those of the console and the account, this statement included.",
    ),
    "accessibility.contact": Text("Retour d'information et contact", "Feedback and contact"),
    "accessibility.contact_explain": Text(
        "Si vous n'arrivez pas à accéder à un contenu ou à un service, écrivez-nous pour être orienté vers une"
        " alternative accessible, ou l'obtenir sous une autre forme.",
        "If you cannot reach some content or service, write to us to be shown an accessible alternative, or to have it"
        " in another form.",
    ),
    "accessibility.contact_at": Text("Adresse électronique :", "E-mail address:"),
    "accessibility.contact_none": Text(
        "L'exploitant n'a pas encore indiqué son adresse : adressez-vous au coordinateur de votre territoire.",
        "The operator has not named its address yet: turn to the coordinator of your territory.",
    ),
    "accessibility.remedies": Text("Voies de recours", "Remedies"),
    "accessibility.remedies_explain": Text(
        "Si vous avez signalé un défaut d'accessibilité qui vous empêche d'accéder à un contenu ou à un service et que"
        " vous n'avez pas obtenu de réponse satisfaisante, vous pouvez :",
        "If you reported a failure that keeps you from some content or service and had no satisfactory answer, you"
        " may:",
    ),
    "accessibility.remedies_write": Text(
        "écrire un message au Défenseur des droits", "write a message to the Défenseur des droits (in French)"
    ),
    "accessibility.remedies_delegate": Text(
        "contacter le délégué du Défenseur des droits dans votre région",
        "contact the delegate of the Défenseur des droits in your region (in French)",
    ),
    "accessibility.remedies_post": Text(
        "écrire par la poste, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.",
        "write by post, without a stamp: Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07, France.",
    ),
    "accessibility.texts": Text("Textes", "Texts"),
    "accessibility.texts_list": Text(
        "Loi n° 2005-102 du 11 février 2005, art. 47 ; décret n° 2019-768 du 24 juillet 2019 ; arrêté du 20 septembre"
        " 2019 portant référentiel général d'amélioration de l'accessibilité ; RGAA 4.1.2 (avril 2023).",
        "French law n° 2005-102 of 11 February 2005, art. 47; decree n° 2019-768 of 24 July 2019; order of 20 September"
        " 2019 on the RGAA; RGAA 4.1.2 (April 2023).",
    ),
    "accessibility.footer": Text("Accessibilité : non conforme", "Accessibility: not compliant"),
}
