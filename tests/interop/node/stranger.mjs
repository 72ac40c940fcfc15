// A wallet of another maker that goes one step at a time and tells all it sent and got.
//   node stranger.mjs
// Reads one command a line, {"do": …, "session": …, …}; prints {"result" or "error", "exchanges"} for each.

import { createInterface } from 'node:readline'
import { clientAuthenticationAnonymous, Oauth2Client } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { attested, keyAttestation } from './attesting.mjs'
import { callbacks, makeKey } from './crypto.mjs'
import { presenting } from './presenting.mjs'
import { throughJwe } from './sealing.mjs'
import { claimsOf, issuerPayload } from './sdjwt.mjs'

const sessions = new Map()
let exchanges = []

/** fetch, and write down what went over the line; `change` may wrap a request and unwrap its answer. */
const recorded = (session, change) => async (url, init = {}) => {
  const more = String(url) === session.metadata?.credentialIssuer.credential_endpoint ? session.more : undefined
  const told = more ? { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...more } } : init
  const asked = change ? await change.request(String(url), told) : told
  const response = await fetch(url, asked)
  const body = await response.clone().text()
  exchanges.push({
    method: asked.method ?? 'GET',
    url: String(url),
    sent: Object.fromEntries(new Headers(asked.headers)),
    content: asked.body === undefined ? '' : String(asked.body),
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body,
  })
  return change ? change.response(String(url), response, body) : response
}

const dpopOf = (session) => (session.dpop ? { signer: session.dpop, nonce: session.dpopNonce } : undefined)
const keep = (session, dpop) => { session.dpopNonce = dpop?.nonce ?? session.dpopNonce }

const verbs = {
  ...presenting(recorded),

  /** Read an offer, or only an issuer's metadata, and decide how to go on. */
  async open({ offer, issuer, configuration, encrypted = false, dpop = false, client }) {
    const session = { client, authentication: clientAuthenticationAnonymous() }
    session.callbacks = {
      ...callbacks(),
      fetch: recorded(session, encrypted ? throughJwe(session) : undefined),
      clientAuthentication: (options) => session.authentication(options),
    }
    session.vci = new Openid4vciClient({ callbacks: session.callbacks })
    session.oauth = new Oauth2Client({ callbacks: session.callbacks })
    session.offer = offer ? await session.vci.resolveCredentialOffer(offer) : undefined
    session.metadata = await session.vci.resolveIssuerMetadata(session.offer?.credential_issuer ?? issuer)
    session.configuration = configuration ?? session.offer?.credential_configuration_ids[0]
    if (client) session.authentication = await attested(client, session.callbacks)
    if (dpop) session.dpop = { method: 'jwk', alg: 'ES256', publicJwk: await makeKey() }
    const name = `s${sessions.size}`
    sessions.set(name, session)
    return {
      session: name,
      offer: session.offer,
      issuer: session.metadata.credentialIssuer,
      servers: session.metadata.authorizationServers,
      dpop: session.dpop?.publicJwk,
    }
  },

  /** Push the authorization request; answers where the person has to go. */
  async push({ session, state, scope, details, extra = {} }) {
    const [server] = session.metadata.authorizationServers
    const { grants } = session.offer ?? {}
    const issuerState = grants?.authorization_code?.issuer_state
    const { authorizationRequestUrl, pkce, dpop } = await session.oauth.createAuthorizationRequestUrl({
      authorizationServerMetadata: server,
      clientId: session.client.id,
      redirectUri: session.client.redirectUri,
      scope,
      state,
      dpop: dpopOf(session),
      additionalRequestPayload: {
        ...(issuerState ? { issuer_state: issuerState } : {}),
        ...(details ? { authorization_details: details } : {}),
        ...extra,
      },
    })
    keep(session, dpop)
    Object.assign(session, { pkce, state })
    return { url: authorizationRequestUrl }
  },

  /** Trade the code of an offer, or of the address the person came back with, for a token. */
  async redeem({ session, redirect, txCode, extra }) {
    const shared = { additionalRequestPayload: extra, dpop: dpopOf(session) }
    const [authorizationServerMetadata] = session.metadata.authorizationServers
    let answered
    if (redirect) {
      const authorizationResponse = session.oauth.parseAuthorizationResponseRedirectUrl({ url: redirect })
      session.oauth.verifyAuthorizationResponse({ authorizationServerMetadata, authorizationResponse })
      if (authorizationResponse.error) return { refused: authorizationResponse }
      if (session.state !== undefined && authorizationResponse.state !== session.state) throw new Error('state of another request')
      answered = await session.oauth.retrieveAuthorizationCodeAccessToken({
        ...shared,
        authorizationServerMetadata,
        authorizationCode: authorizationResponse.code,
        pkceCodeVerifier: session.pkce.codeVerifier,
        redirectUri: session.client.redirectUri,
      })
    } else {
      answered = await session.vci.retrievePreAuthorizedCodeAccessTokenFromOffer({
        ...shared, credentialOffer: session.offer, issuerMetadata: session.metadata, txCode,
      })
    }
    keep(session, answered.dpop)
    session.token = answered.accessTokenResponse
    return session.token
  },

  /** Use the refresh token. */
  async refresh({ session, extra }) {
    const [authorizationServerMetadata] = session.metadata.authorizationServers
    const answered = await session.oauth.retrieveRefreshTokenAccessToken({
      authorizationServerMetadata,
      refreshToken: session.token.refresh_token,
      additionalRequestPayload: extra,
      dpop: dpopOf(session),
    })
    keep(session, answered.dpop)
    session.token = { refresh_token: session.token.refresh_token, ...answered.accessTokenResponse }
    return session.token
  },

  /** Prove fresh keys with a fresh nonce and ask for as many credentials. */
  async take({ session, keys = 1, attest, headers, extra = {} }) {
    session.more = headers
    const { c_nonce: nonce } = await session.vci.requestNonce({ issuerMetadata: session.metadata })
    const holders = await Promise.all(Array.from({ length: keys }, () => makeKey()))
    const proofs = await proofsOf(session, holders, nonce, attest)
    const identifier = session.token.authorization_details
      ?.find((detail) => detail.credential_configuration_id === session.configuration)?.credential_identifiers?.[0]
    const answered = identifier
      ? await byIdentifier(session, identifier, proofs, extra)
      : await session.vci.retrieveCredentials({
        issuerMetadata: session.metadata,
        credentialConfigurationId: session.configuration,
        accessToken: session.token.access_token,
        proofs,
        additionalRequestPayload: extra,
        dpop: dpopOf(session),
      })
    keep(session, answered.dpop)
    session.response = answered.credentialResponse
    return described(session.response, holders)
  },

  /** Ask again for what was put off: by hand, because the package refuses credentials with a notification id. */
  async deferred({ session }) {
    const { deferred_credential_endpoint: url } = session.metadata.credentialIssuer
    const response = await resource(session, url, { transaction_id: session.response.transaction_id })
    if (response.credentials) session.response = response
    return described(response, [])
  },

  /** Tell the issuer what became of the credentials. */
  async notify({ session, event = 'credential_accepted', extra }) {
    await session.vci.sendNotification({
      issuerMetadata: session.metadata,
      accessToken: session.token.access_token,
      notification: { notificationId: session.response.notification_id, event },
      additionalRequestPayload: extra,
      dpop: dpopOf(session),
    })
    return {}
  },
}

async function proofsOf(session, holders, nonce, attest) {
  if (attest === 'attestation') return { attestation: [await keyAttestation(session.client, holders, nonce)] }
  const keyAttestationJwt = attest === 'jwt' ? await keyAttestation(session.client, holders, nonce) : undefined
  const made = await Promise.all(holders.map((publicJwk) => session.vci.createCredentialRequestJwtProof({
    issuerMetadata: session.metadata,
    credentialConfigurationId: session.configuration,
    nonce,
    clientId: session.client?.id,
    signer: { method: 'jwk', publicJwk, alg: 'ES256' },
    keyAttestationJwt,
  })))
  return { jwt: made.map(({ jwt }) => jwt) }
}

/** The package asks by configuration only; with identifiers in the token response they must be used (section 8.2). */
const byIdentifier = async (session, identifier, proofs, extra) => ({
  credentialResponse: await resource(session, session.metadata.credentialIssuer.credential_endpoint, {
    ...extra, credential_identifier: identifier, proofs,
  }),
})

async function resource(session, url, body) {
  const answered = await session.oauth.resourceRequest({
    callbacks: session.callbacks,
    accessToken: session.token.access_token,
    dpop: dpopOf(session),
    url,
    requestOptions: { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
  })
  keep(session, answered.dpop)
  if (!answered.ok) throw new Error(`${url} answered ${answered.response.status}`)
  return answered.response.json()
}

async function described(response, holders) {
  const credentials = (response.credentials ?? []).map((entry) => entry.credential)
  // An mdoc is handed on as it came: mdoc.mjs reads those.
  const readable = credentials.filter((credential) => credential.includes('~'))
  return {
    credentials,
    holders,
    claims: await Promise.all(readable.map(claimsOf)),
    bound: readable.map((credential) => issuerPayload(credential).cnf.jwk),
    notification: response.notification_id,
    transaction: response.transaction_id,
  }
}

const told = (error) => ({ error: error.message, body: error.response?.credentialErrorResponseResult?.data ?? error.errorResponse })

for await (const line of createInterface({ input: process.stdin })) {
  const { do: verb, session, ...rest } = JSON.parse(line)
  exchanges = []
  const answer = await verbs[verb]({ ...rest, session: sessions.get(session) })
    .then((result) => ({ result }), told)
  console.log(JSON.stringify({ ...answer, exchanges }))
}
