"""The words of the pages about mappings, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "mappings.title": Text("Correspondances", "Mappings"),
    "mappings.explain": Text(
        "Une correspondance dit ce que porte chaque colonne des fichiers de {organisation}, dans vos mots, vos codes et"
        " vos unités. Une source lit ses fichiers par la version qu'elle nomme.",
        "A mapping says what each column of the files of {organisation} states, in your words, codes and units. A"
        " source reads its files by the version that it names.",
    ),
    "mappings.none": Text(
        "Aucune correspondance n'est enregistrée. Sans correspondance, les colonnes portent les noms du registre.",
        "No mapping is stored. Without one, columns have the registry's names.",
    ),
    "mappings.all": Text("Correspondances enregistrées", "Stored mappings"),
    "mappings.name": Text("Nom de la correspondance", "Name of the mapping"),
    "mappings.version": Text("Dernière version", "Latest version"),
    "mappings.stored": Text("Enregistrée le", "Stored"),
    "mappings.new": Text("Écrire une correspondance", "Write a mapping"),
    "mappings.new_explain": Text(
        "Choisissez un de vos fichiers : son en-tête donne les colonnes, ses cinquante premières lignes des exemples."
        " Rien n'en est gardé.",
        "Choose one of your files: its header gives the columns, its first fifty rows examples. Nothing of it is kept.",
    ),
    "mappings.name_hint": Text(
        "Minuscules, chiffres et tirets, « erp » par exemple ; une qui existe s'ouvre.",
        "Lower-case letters, digits and hyphens, 'erp' for instance; one that exists is opened.",
    ),
    "mappings.content": Text("Ce que dit une ligne", "What a row is about"),
    "mappings.content_homes": Text("Un logement", "A home"),
    "mappings.content_residences": Text("Une résidence", "A residence"),
    "mappings.file": Text("Fichier d'exemple", "Sample file"),
    "mappings.file_hint": Text(
        "CSV, ou classeur XLSX d'au plus 8 Mo ; l'en-tête sur la première ligne.",
        "CSV, or an XLSX workbook of at most 8 MB; its first row is the header.",
    ),
    "mappings.begin": Text("Lire les colonnes", "Read the columns"),
    "mappings.format": Text("Les colonnes que connaît le registre", "The columns that the registry knows"),
    "mapping.title": Text("Correspondance {name}", "Mapping {name}"),
    "mapping.not_stored": Text("Pas encore enregistrée.", "Not stored yet."),
    "mapping.is_version": Text("Version {version}. Une ligne : {content}.", "Version {version}. A row: {content}."),
    "mapping.done": Text(
        "La correspondance est enregistrée, en version {version}.", "The mapping is stored, as version {version}."
    ),
    "mapping.readers": Text("Sources qui la lisent", "Sources that read by it"),
    "mapping.no_readers": Text(
        "Aucune source ne la nomme. Une source se déclare par l'API, avec le nom et la version de sa correspondance.",
        "No source names it. A source is declared over the API, with the name and version of its mapping.",
    ),
    "mapping.reads": Text("{source} lit par la version {version}", "{source} reads by version {version}"),
    "mapping.behind": Text(
        "{source} lit encore par la version {version} : voir ce que la version {latest} change",
        "{source} still reads by version {version}: see what version {latest} changes",
    ),
    "mapping.sample": Text("Exemple", "Sample"),
    "mapping.sample_none": Text(
        "Choisissez un de vos fichiers pour voir ses colonnes et essayer la correspondance.",
        "Choose one of your files to see its columns and to try the mapping.",
    ),
    "mapping.sample_held": Text(
        "{count} lignes d'un fichier sont lues ; elles restent dans cette page seulement.",
        "{count} rows of a file are read; they stay in this page only.",
    ),
    "mapping.sample_lost": Text(
        "Avec un autre fichier, ce qui n'est pas enregistré est perdu.",
        "With another file, what is not stored is lost.",
    ),
    "mapping.columns": Text("Ce que porte chaque colonne", "What each column states"),
    "mapping.columns_explain": Text(
        "Choisissez pour chaque colonne ce qu'elle porte, puis essayez : la page demande alors l'unité, la forme d'une"
        " date ou vos codes. La référence du logement ou de la résidence est nécessaire.",
        "Choose for each column what it states, then try: the page then asks for its unit, the form of a date or your"
        " codes. The reference of the home or residence is necessary.",
    ),
    "mapping.column": Text("Colonne", "Column"),
    "mapping.states": Text("Ce qu'elle porte", "What it states"),
    "mapping.how": Text("Comment la lire", "How to read it"),
    "mapping.examples": Text("par exemple {examples}", "for instance {examples}"),
    "mapping.no_examples": Text("vide dans l'exemple", "empty in the sample"),
    "mapping.absent": Text("absente de l'exemple", "not in the sample"),
    "mapping.personal": Text(
        "semble porter des données personnelles : retirez-la de l'export",
        "seems to hold personal data: remove it from the export",
    ),
    "mapping.states_of": Text("Ce que porte {column}", "What {column} states"),
    "mapping.not_read": Text("n'est pas lue", "is not read"),
    "mapping.heading_home": Text("Le logement", "The home"),
    "mapping.heading_residence": Text("La résidence", "The residence"),
    "mapping.heading_building": Text("Le bâtiment", "The building"),
    "mapping.heading_all_facts": Text("Toutes les caractéristiques de la ligne", "All facts of the row"),
    "mapping.unit": Text("Votre unité", "Your unit"),
    "mapping.unit_ours": Text("celle du registre ({unit})", "the registry's ({unit})"),
    "mapping.date": Text("Forme de la date", "Form of the date"),
    "mapping.date_auto": Text("AAAA-MM-JJ ou JJ/MM/AAAA", "YYYY-MM-DD or DD/MM/YYYY"),
    "mapping.empty": Text("Une cellule vide", "An empty cell"),
    "mapping.empty_keep": Text("ne dit rien", "says nothing"),
    "mapping.empty_clear": Text("dit qu'il n'y en a pas", "says that there is none"),
    "mapping.codes": Text("Vos codes : {count}", "Your codes: {count}"),
    "mapping.codes_hint": Text(
        "Dès qu'une valeur a un code, celles qui n'en ont pas sont refusées.",
        "Once one value has a code, those that have none are refused.",
    ),
    "mapping.values_hint": Text(
        "Vos valeurs et celles du registre, où elles diffèrent ; les autres sont alors refusées.",
        "Your values and the registry's where they differ; others are refused then.",
    ),
    "mapping.another": Text("Autre valeur", "Another value"),
    "mapping.ours": Text("Au registre", "In the registry"),
    "mapping.ours_of": Text("{value}, au registre", "{value}, in the registry"),
    "mapping.unmapped": Text("pas de code", "no code"),
    "mapping.unknown": Text("rien n'est connu", "nothing is known"),
    "mapping.once_more": Text("Une colonne de plus", "One more column"),
    "mapping.once_more_hint": Text(
        "Une colonne peut porter plusieurs choses : choisissez-la de nouveau ici.",
        "A column may state several things: choose it again here.",
    ),
    "mapping.no_column": Text("aucune", "none"),
    "mapping.rest": Text("Pour tout le fichier", "For the whole file"),
    "mapping.decimal": Text("Signe devant les décimales", "Sign before decimals"),
    "mapping.decimal_declared": Text("comme la source le déclare", "as the source declares"),
    "mapping.decimal_auto": Text("virgule ou point", "comma or point"),
    "mapping.decimal_comma": Text("virgule", "comma"),
    "mapping.decimal_point": Text("point", "point"),
    "mapping.empty_values": Text("Valeurs qui comptent comme vides", "Values that count as empty"),
    "mapping.empty_values_hint": Text("Une par ligne : NC, N/A, Non renseigné.", "One a line: NC, N/A, Non renseigné."),
    "mapping.constants": Text("Ce que dit chaque ligne, sans colonne", "What every row states, without a column"),
    "mapping.constant": Text("Ce qui est dit ({n})", "What is stated ({n})"),
    "mapping.constant_value": Text("Valeur ({n})", "Value ({n})"),
    "mapping.constant_none": Text("rien", "nothing"),
    "mapping.try": Text("Essayer", "Try"),
    "mapping.check": Text("Vérifier", "Check"),
    "mapping.save": Text("Enregistrer une version", "Store a version"),
    "mapping.trial": Text("Ce que l'exemple donne", "What the sample makes"),
    "mapping.trial_said": Text(
        "{count} lignes lues, {rejected} refusées. Rien n'est enregistré. Les codes des communes ne sont vérifiés qu'à"
        " l'import.",
        "{count} rows read, {rejected} rejected. Nothing is stored. Codes of communes are checked by the import only.",
    ),
    "mapping.checked": Text(
        "La correspondance est valable. Choisissez un exemple pour l'essayer.",
        "The mapping is valid. Choose a sample to try it.",
    ),
    "mapping.line": Text("Ligne", "Line"),
    "mapping.result": Text("Résultat", "Result"),
    "mapping.accepted": Text("lue", "read"),
    "mapping.refused": Text("refusée", "rejected"),
    "mapping.faults": Text("À corriger", "To correct"),
    "mapping.too_long": Text(
        "Cette correspondance est trop longue pour un formulaire : elle s'écrit par l'API.",
        "This mapping is too long for a form: it is written over the API.",
    ),
    "mapping.back": Text("Retour aux correspondances", "Back to the mappings"),
}
