// The service as openid-client meets it, configured by discovery alone.
import "./talk.mjs";

import * as client from "openid-client";

import { browse, play, refusal } from "./talk.mjs";

async function configured({ issuer, client_id, client_secret, jwk }) {
  let auth = client.ClientSecretBasic(client_secret);
  if (jwk !== undefined) {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]);
    auth = client.PrivateKeyJwt({ key, kid: jwk.kid });
  }
  const options = { algorithm: "oauth2", execute: [client.allowInsecureRequests] }; // loopback only
  return client.discovery(new URL(issuer), client_id, {}, auth, options);
}

async function fetched(config, api, token, options, path = "homes?limit=1") {
  const address = new URL(`${api}/${path}`);
  return (await client.fetchProtectedResource(config, token, address, "GET", undefined, undefined, options)).status;
}

async function machine(given) {
  const config = await configured(given);
  const issued = await client.clientCredentialsGrant(config, { scope: "stock:read", resource: given.api });
  const status = await fetched(config, given.api, issued.access_token);
  const before = await client.tokenIntrospection(config, issued.access_token);
  await client.tokenRevocation(config, issued.access_token);
  const after = await client.tokenIntrospection(config, issued.access_token);
  const refused = {
    scope: await refusal(client.clientCredentialsGrant(config, { scope: "invented" })),
    target: await refusal(client.clientCredentialsGrant(config, { resource: "https://elsewhere.example" })),
  };
  return { as: config.serverMetadata(), issued, status, before, after, refused };
}

async function person(given) {
  const config = await configured(given);
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const sent = await browse(
    client.buildAuthorizationUrl(config, {
      redirect_uri: given.redirect_uri, scope: given.scope, state, code_challenge_method: "S256",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
    }),
  );
  const exchange = () =>
    client.authorizationCodeGrant(config, sent, { pkceCodeVerifier: verifier, expectedState: state });
  const issued = await exchange();
  const status = await fetched(config, given.api, issued.access_token);
  const second = await client.refreshTokenGrant(config, issued.refresh_token);
  const before = await client.tokenIntrospection(config, second.access_token);
  const replayed = await refusal(exchange());
  const family = {
    refresh: await refusal(client.refreshTokenGrant(config, second.refresh_token)),
    second: await client.tokenIntrospection(config, second.access_token),
  };
  return { issued, status, second, before, replayed, family };
}

async function bound(given) {
  const config = await configured(given);
  const handle = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const thief = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const unproven = await refusal(client.clientCredentialsGrant(config, {}));
  const issued = await client.clientCredentialsGrant(config, {}, { DPoP: handle });
  const status = await fetched(config, given.api, issued.access_token, { DPoP: handle });
  const encoded = await fetched(config, given.api, issued.access_token, { DPoP: handle }, given.unknown_home);
  const stolen = await refusal(fetched(config, given.api, issued.access_token, { DPoP: thief }));
  const bearer = await refusal(fetched(config, given.api, issued.access_token));
  const described = await client.tokenIntrospection(config, issued.access_token);
  return { issued, status, encoded, unproven, stolen, bearer, described };
}

await play({ machine, person, bound });
