// The service as oauth4webapi meets it: every answer goes through the library's own checks.
import "./talk.mjs";

import * as oauth from "oauth4webapi";

import { browse, play, refusal } from "./talk.mjs";

const PLAIN = { [oauth.allowInsecureRequests]: true }; // loopback only

async function discovered({ issuer }) {
  const address = new URL(issuer);
  const answer = await oauth.discoveryRequest(address, { ...PLAIN, algorithm: "oauth2" });
  return oauth.processDiscoveryResponse(address, answer);
}

async function proving({ client_secret, jwk }) {
  if (jwk === undefined) return oauth.ClientSecretBasic(client_secret);
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]);
  return oauth.PrivateKeyJwt({ key, kid: jwk.kid });
}

async function introspected(as, client, auth, token) {
  const answer = await oauth.introspectionRequest(as, client, auth, token, PLAIN);
  return oauth.processIntrospectionResponse(as, client, answer);
}

async function fetched(api, token, options = {}, path = "homes?limit=1") {
  const answer = await oauth.protectedResourceRequest(
    token, "GET", new URL(`${api}/${path}`), undefined, undefined, { ...PLAIN, ...options },
  );
  return answer.status;
}

/** The claims of a token as a resource server reads them (RFC 9068 §4), with the keys that the service publishes. */
function validated(as, api, token) {
  const request = new Request(`${api}/homes`, { headers: { authorization: `Bearer ${token}` } });
  return oauth.validateJwtAccessToken(as, request, api, PLAIN);
}

async function machine(given) {
  const as = await discovered(given);
  const client = { client_id: given.client_id };
  const auth = await proving(given);
  const ask = async (form) => {
    const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, form, PLAIN);
    return oauth.processClientCredentialsResponse(as, client, answer);
  };
  const issued = await ask({ scope: "stock:read", resource: given.api });
  const token = issued.access_token;
  const claims = await validated(as, given.api, token);
  const status = await fetched(given.api, token);
  const before = await introspected(as, client, auth, token);
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, PLAIN));
  const after = await introspected(as, client, auth, token);
  const refused = {
    scope: await refusal(ask({ scope: "stock:read invented" })),
    target: await refusal(ask({ resource: "https://elsewhere.example" })),
  };
  return { as, issued, claims, status, before, after, refused };
}

async function stranger(given) {
  const as = await discovered(given);
  const client = { client_id: given.client_id };
  const auth = oauth.ClientSecretBasic("areg_wrong");
  const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, {}, PLAIN);
  return refusal(oauth.processClientCredentialsResponse(as, client, answer));
}

async function resource(given) {
  const address = new URL(given.api);
  const described = await oauth.processResourceDiscoveryResponse(
    address, await oauth.resourceDiscoveryRequest(address, PLAIN),
  );
  return { described, refused: await refusal(fetched(given.api, "nonsense")) };
}

async function person(given) {
  const as = await discovered(given);
  const client = { client_id: given.client_id };
  const auth = await proving(given);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const asked = new URL(as.authorization_endpoint);
  asked.search = new URLSearchParams({
    client_id: given.client_id, redirect_uri: given.redirect_uri, response_type: "code", scope: given.scope, state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const sent = await browse(asked);
  const foreign = new URL(sent);
  foreign.searchParams.set("iss", "https://attacker.example");
  const silent = new URL(sent);
  silent.searchParams.delete("iss");
  const mixedUp = {};
  for (const [name, answer] of Object.entries({ foreign, silent })) {
    mixedUp[name] = await refusal((async () => oauth.validateAuthResponse(as, client, answer, state))());
  }
  const parameters = oauth.validateAuthResponse(as, client, sent, state);
  const exchange = async (secret) => {
    const answer = await oauth.authorizationCodeGrantRequest(
      as, client, auth, parameters, given.redirect_uri, secret, PLAIN,
    );
    return oauth.processAuthorizationCodeResponse(as, client, answer);
  };
  const guessed = await refusal(exchange(oauth.generateRandomCodeVerifier()));
  const issued = await exchange(verifier);
  const refresh = async (token) => {
    const answer = await oauth.refreshTokenGrantRequest(as, client, auth, token, PLAIN);
    return oauth.processRefreshTokenResponse(as, client, answer);
  };
  const claims = await validated(as, given.api, issued.access_token);
  const status = await fetched(given.api, issued.access_token);
  const second = await refresh(issued.refresh_token);
  const replayed = await refusal(refresh(issued.refresh_token));
  const family = {
    refresh: await refusal(refresh(second.refresh_token)),
    first: await introspected(as, client, auth, issued.access_token),
    second: await introspected(as, client, auth, second.access_token),
  };
  return { issued, claims, status, second, guessed, mixedUp, replayed, family };
}

async function bound(given) {
  const as = await discovered(given);
  const client = { client_id: given.client_id };
  const auth = await proving(given);
  const keys = await oauth.generateKeyPair("ES256");
  const proof = () => oauth.DPoP(client, keys);
  const ask = async (options) => {
    const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, {}, { ...PLAIN, ...options });
    return oauth.processClientCredentialsResponse(as, client, answer);
  };
  const unproven = await refusal(ask({}));
  const issued = await ask({ DPoP: proof() });
  let seen;
  const spying = async (...request) => {
    seen = new Request(...request);
    return fetch(...request);
  };
  const status = await fetched(given.api, issued.access_token, { DPoP: proof(), [oauth.customFetch]: spying });
  const claims = await oauth.validateJwtAccessToken(as, seen, given.api, { ...PLAIN, requireDPoP: true });
  const encoded = await fetched(given.api, issued.access_token, { DPoP: proof() }, given.unknown_home);
  const again = (await fetch(seen.url, { headers: seen.headers })).status;
  const thief = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const stolen = await refusal(fetched(given.api, issued.access_token, { DPoP: thief }));
  const bearer = await refusal(fetched(given.api, issued.access_token));
  const described = await introspected(as, client, auth, issued.access_token);
  return { issued, claims, status, encoded, unproven, again, stolen, bearer, described };
}

await play({ machine, stranger, resource, person, bound });
