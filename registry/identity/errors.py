"""Errors of organisations, clients and credentials. The token endpoint speaks RFC 6749 instead."""

from registry.kernel.errors import Conflict, Forbidden, Invalid, NotVisible, TooMany, Unavailable
from registry.kernel.text import Text


class OrganisationUnknown(NotVisible):
    title = Text("Organisation inconnue", "Unknown organisation")
    remedy = Text("« registry organisation list » les énumère.", "'registry organisation list' lists them.")


class OrganisationAlreadyRegistered(Conflict):
    title = Text(
        "Une organisation de cette nature a déjà ce numéro SIREN",
        "An organisation of this kind has this SIREN already",
    )


class OrganisationDepartedAlready(Conflict):
    title = Text(
        "Cette organisation part, est partie ou a été reprise", "This organisation leaves, has left or was merged"
    )
    remedy = Text(
        "« registry organisation offboard ID --cancel » annule un départ avant que le parc soit effacé.",
        "'registry organisation offboard ID --cancel' undoes a departure before the stock is purged.",
    )


class ParentInvalid(Invalid):
    title = Text("Cette organisation ne peut pas chapeauter l'autre", "This organisation cannot be the other's parent")
    remedy = Text(
        "Nommez une organisation active qui ne coordonne pas et n'appartient pas elle-même au même groupe, plus bas.",
        "Name an active organisation that coordinates nothing and is not itself below the other one.",
    )


class OrganisationNameInvalid(Invalid):
    title = Text("Le nom doit avoir de 1 à 200 caractères", "The name must have 1 to 200 characters")


class OrganisationKindUnknown(Invalid):
    title = Text("Nature d'organisation inconnue", "Unknown kind of organisation")


class SirenInvalid(Invalid):
    title = Text("Numéro SIREN invalide", "Invalid SIREN")
    remedy = Text(
        "Vérifiez-le : neuf chiffres, dont le dernier est une clé de contrôle.",
        "Check it: nine digits, of which the last is a check digit.",
    )


class ClientUnknown(NotVisible):
    title = Text("Client OAuth inconnu", "Unknown OAuth client")
    remedy = Text(
        "GET /v1/organisation/clients ou « registry client list » les énumère.",
        "GET /v1/organisation/clients or 'registry client list' lists them.",
    )


class ClientRevoked(Conflict):
    title = Text("Ce client est révoqué", "This client is revoked")
    remedy = Text("Créez un nouveau client.", "Create a new client.")


class ClientNameInvalid(Invalid):
    title = Text("Le nom doit avoir de 1 à 200 caractères", "The name must have 1 to 200 characters")


class ScopeNotAllowed(Invalid):
    title = Text(
        "Droit inconnu ou non permis à cette nature d'organisation",
        "Scope unknown or not allowed for this kind of organisation",
    )


class AuthMethodInvalid(Invalid):
    title = Text(
        "Méthode d'authentification non prise en charge par ce client",
        "Authentication method not supported by this client",
    )
    remedy = Text(
        "client_secret_basic (sans clés) ou private_key_jwt (avec un jeu de clés publiques).",
        "client_secret_basic (without keys) or private_key_jwt (with a set of public keys).",
    )


class KeySetInvalid(Invalid):
    title = Text("Jeu de clés (JWKS) invalide", "Invalid key set (JWKS)")
    remedy = Text(
        "De 1 à 50 clés publiques, EC P-256 ou RSA d'au moins 2048 bits, avec un « kid » distinct chacune.",
        "1 to 50 public keys, EC P-256 or RSA of at least 2048 bits, each with a 'kid' of its own.",
    )


class NextKeyTooYoung(Conflict):
    title = Text(
        "La clé suivante est publiée depuis trop peu de temps", "The next key has not been published for long enough"
    )
    remedy = Text(
        "Recommencez dans dix minutes : ceux qui gardent notre jeu de clés doivent d'abord la connaître.",
        "Try again in ten minutes: those who keep our key set must know it first.",
    )


class SecretUnknown(NotVisible):
    title = Text("Secret inconnu ou déjà révoqué", "Secret unknown or already revoked")
    remedy = Text(
        "GET /v1/organisation/clients/{client_id} énumère les secrets actifs.",
        "GET /v1/organisation/clients/{client_id} lists the active secrets.",
    )


class SecretExpiryInvalid(Invalid):
    title = Text("Date de fin du secret invalide", "Invalid end of the secret")
    remedy = Text(
        "Un instant à venir ; ou null pour un secret sans fin.", "A time to come; or null for a secret without end."
    )


class KeyUnknown(NotVisible):
    title = Text("Clé inconnue", "Unknown key")
    remedy = Text(
        "GET /v1/organisation/clients/{client_id} énumère les clés du client.",
        "GET /v1/organisation/clients/{client_id} lists the client's keys.",
    )


class KeyAlreadyPresent(Conflict):
    title = Text("Ce client a déjà une autre clé de ce nom", "This client has another key of this name already")
    remedy = Text("Donnez un autre « kid » à la nouvelle clé.", "Give the new key another 'kid'.")


class LastKey(Conflict):
    title = Text("C'est la seule clé de ce client", "This is the client's only key")
    remedy = Text(
        "Ajoutez d'abord la suivante ; ou désactivez le client.", "Add the next one first; or disable the client."
    )


class KeysPublishedElsewhere(Conflict):
    title = Text("Ce client publie ses clés à son « jwks_uri »", "This client publishes its keys at its 'jwks_uri'")
    remedy = Text(
        "Changez-les à cette adresse ; ou retirez d'abord « jwks_uri » du client.",
        "Change them at that address; or take 'jwks_uri' from the client first.",
    )


class JwksUriInvalid(Invalid):
    title = Text("Adresse de jeu de clés (jwks_uri) refusée", "Address of the key set (jwks_uri) refused")
    remedy = Text(
        "Une adresse https d'un hôte que l'exploitant a autorisé, sans utilisateur ni fragment.",
        "An https address of a host that the operator has allowed, without user and fragment.",
    )


class ScopeBeyondOwn(Forbidden):
    title = Text("Vous ne pouvez pas donner un droit que vous n'avez pas", "You cannot give a scope that you lack")
    remedy = Text(
        "Demandez un jeton qui porte ces droits ; si votre client ne les a pas, votre coordinateur peut les accorder.",
        "Ask for a token with these scopes; if your client lacks them, your coordinator can grant them.",
    )


class OrganisationMismatch(Invalid):
    title = Text("Ce n'est pas votre organisation", "This is not your organisation")
    remedy = Text(
        "Nommez la vôtre : GET /v1/whoami donne son identifiant.", "Name your own: GET /v1/whoami tells its id."
    )


class LastAdministrator(Conflict):
    title = Text("C'est le dernier administrateur de l'organisation", "This is the organisation's last administrator")
    remedy = Text(
        "Donnez d'abord ce rôle à une autre personne ; sinon plus personne ne gérerait l'organisation.",
        "Give somebody else that role first; otherwise nobody would manage the organisation.",
    )


class TooManySecrets(Conflict):
    title = Text("Ce client a déjà deux secrets actifs", "This client has two active secrets already")
    remedy = Text(
        "Retirez-en un d'abord : DELETE /v1/organisation/clients/{client_id}/secrets/{secret_id}, ou « registry client"
        " revoke CLIENT --secret ID ».",
        "Retire one first: DELETE /v1/organisation/clients/{client_id}/secrets/{secret_id}, or 'registry client revoke"
        " CLIENT --secret ID'.",
    )


class EmailInvalid(Invalid):
    title = Text("Adresse électronique invalide", "Invalid e-mail address")
    remedy = Text("Donnez une adresse complète : nom@domaine.fr.", "Give a whole address: name@domain.org.")


class UserNameInvalid(Invalid):
    title = Text("Le nom doit avoir de 1 à 200 caractères", "The name must have 1 to 200 characters")


class PasswordTooWeak(Invalid):
    title = Text("Ce mot de passe se devine trop facilement", "This password is too easy to guess")
    remedy = Text(
        "Au moins 14 caractères, une phrase par exemple, sans votre nom ni votre adresse.",
        "At least 14 characters, a sentence for instance, without your name or address.",
    )


class RoleNotAllowed(Invalid):
    title = Text(
        "Rôle inconnu, ou que cette nature d'organisation ne donne pas",
        "Role unknown, or not one that this kind of organisation gives",
    )


class InvitationUnknown(NotVisible):
    title = Text("Invitation inconnue, déjà utilisée ou expirée", "Invitation unknown, used already or expired")
    remedy = Text("Demandez-en une nouvelle à l'organisation.", "Ask the organisation for a new one.")


class ResetUnknown(NotVisible):
    title = Text("Lien inconnu, déjà utilisé ou expiré", "Link unknown, used already or expired")
    remedy = Text("Demandez-en un nouveau sur la page de connexion.", "Ask for a new one on the sign-in page.")


class MemberUnknown(NotVisible):
    title = Text(
        "Cette personne n'a pas ce rôle dans l'organisation", "This person has no such role in the organisation"
    )
    remedy = Text(
        "GET /v1/organisation/members énumère les membres ; invitez ceux qui n'en sont pas.",
        "GET /v1/organisation/members lists the members; invite those who are none.",
    )


class CredentialsWrong(Forbidden):
    title = Text("Adresse ou mot de passe incorrect", "Wrong address or password")
    remedy = Text("Vérifiez-les, ou demandez un nouveau mot de passe.", "Check them, or ask for a new password.")


class CodeWrong(Forbidden):
    title = Text("Code incorrect ou déjà utilisé", "Wrong code, or used already")
    remedy = Text(
        "Prenez le code affiché maintenant ; vérifiez l'heure de votre appareil.",
        "Take the code shown now; check the clock of your device.",
    )


class SecondFactorPresent(Conflict):
    title = Text("Un second facteur est déjà en place", "A second factor is in place already")


class TooManyFailures(TooMany):
    title = Text("Trop d'essais manqués", "Too many failed attempts")
    remedy = Text("Attendez dix minutes, puis réessayez.", "Wait ten minutes, then try again.")


class UpstreamUnavailable(Unavailable):
    title = Text("Le fournisseur d'identité ne répond pas", "The identity provider does not answer")
    remedy = Text(
        "Réessayez dans quelques minutes, ou connectez-vous avec votre mot de passe.",
        "Try again in a few minutes, or sign in with your password.",
    )


class UpstreamNotConfigured(NotVisible):
    title = Text("Aucun fournisseur d'identité n'est en place", "No identity provider is set up")


class UpstreamAnswerRefused(Forbidden):
    title = Text(
        "La réponse du fournisseur d'identité n'est pas recevable", "The identity provider's answer cannot be accepted"
    )
    remedy = Text(
        "Recommencez depuis la page de connexion, dans le même navigateur ; si cela se répète, prévenez l'exploitant.",
        "Start again from the sign-in page, in the same browser; if it happens again, tell the operator.",
    )


class UpstreamNotCompleted(Forbidden):
    title = Text(
        "La connexion n'a pas été menée à son terme chez le fournisseur d'identité",
        "Signing in was not completed at the identity provider",
    )
    remedy = Text("Recommencez, ou connectez-vous avec votre mot de passe.", "Try again, or sign in with a password.")


class UpstreamAccountUnknown(Forbidden):
    title = Text("Aucun compte de ce registre ne correspond à cette identité", "No account here has this identity")
    remedy = Text(
        "Demandez à votre organisation une invitation à l'adresse que connaît le fournisseur d'identité, puis"
        " recommencez. Si vous avez un compte, connectez-vous avec son mot de passe et reliez-le depuis l'accueil.",
        "Ask your organisation for an invitation to the address that the identity provider knows, then start again."
        " If you have an account, sign in with its password and link it from the start page.",
    )


class UpstreamAccountDisabled(Forbidden):
    title = Text("Ce compte est désactivé", "This account is disabled")


class UpstreamOrganisationUnknown(Forbidden):
    title = Text(
        "Votre établissement n'appartient à aucune organisation de ce registre",
        "Your establishment belongs to no organisation of this registry",
    )
    remedy = Text(
        "Si vous travaillez pour plusieurs organisations, recommencez en choisissant l'autre chez le fournisseur"
        " d'identité. Sinon, demandez au coordinateur de votre territoire d'inscrire la vôtre avec son numéro SIREN.",
        "If you work for several organisations, start again and choose the other one at the identity provider."
        " Otherwise ask your territory's coordinator to register yours with its SIREN.",
    )


class UpstreamRoleMissing(Forbidden):
    title = Text(
        "Vous n'avez aucun rôle dans l'organisation de votre établissement",
        "You have no role in your establishment's organisation",
    )
    remedy = Text("Demandez-lui une invitation, puis recommencez.", "Ask it for an invitation, then start again.")


class UpstreamLinkedOtherwise(Conflict):
    title = Text(
        "Ce compte est relié à une autre identité du fournisseur", "This account is linked to another identity there"
    )
    remedy = Text(
        "Connectez-vous avec votre mot de passe et reliez-le de nouveau depuis l'accueil, ou demandez à l'exploitant de"
        " défaire le lien.",
        "Sign in with your password and link it anew from the start page, or ask the operator to undo the link.",
    )


class UpstreamTaken(Conflict):
    title = Text("Cette identité est déjà reliée à un autre compte", "This identity is linked to another account")


class UpstreamPersonDiffers(Forbidden):
    title = Text(
        "Le fournisseur d'identité a confirmé une autre personne", "The identity provider confirmed another person"
    )
    remedy = Text("Déconnectez-vous, puis connectez-vous de nouveau.", "Sign out, then sign in again.")


class RedirectUriInvalid(Invalid):
    title = Text("Adresse de redirection invalide", "Invalid redirect URI")
    remedy = Text(
        "Une adresse https complète, sans fragment ; http seulement sur cette machine (127.0.0.1). Dix au plus.",
        "A complete https address without fragment; http on this machine only (127.0.0.1). Ten at most.",
    )
