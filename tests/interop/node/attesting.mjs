// A wallet provider of another maker: client attestations, their proofs of possession, key attestations.

import { randomBytes } from 'node:crypto'
import { CompactSign, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { leafKey, loadKey, makeKey, privateKeyOf, readCertificates, x5cOf } from './crypto.mjs'

const now = () => Math.floor(Date.now() / 1000)
const fresh = () => randomBytes(16).toString('base64url')

/** A JWS over claims, by one of the keys of this process. */
export async function signed(header, payload, publicJwk) {
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', ...header })
    .sign(await privateKeyOf(publicJwk))
}

/**
 * How a client is authenticated: `client` has id, chain, key (files), perhaps endpoints left out.
 * The package's own proof of possession knows no challenge (draft 07 section 5.2), so ours is made here.
 */
export async function attested(client, { fetch }) {
  if (client.method === 'private_key_jwt') return asserted(client)
  const provider = await loadKey(client.key)
  const instance = await makeKey()
  const attestation = await signed(
    { typ: 'oauth-client-attestation+jwt', x5c: x5cOf(readCertificates(client.chain)) },
    { iss: client.provider, sub: client.id, iat: now(), exp: now() + 3600, cnf: { jwk: instance } },
    provider,
  )
  return async ({ headers, authorizationServerMetadata: server, body }) => {
    const challenge = await challengeOf(server, fetch)
    headers.set('OAuth-Client-Attestation', attestation)
    headers.set('OAuth-Client-Attestation-PoP', await signed(
      { typ: 'oauth-client-attestation-pop+jwt' },
      { iss: client.id, aud: server.issuer, jti: fresh(), iat: now(), ...(challenge ? { challenge } : {}) },
      instance,
    ))
    body.client_id = client.id
  }
}

async function challengeOf({ challenge_endpoint: endpoint }, fetch) {
  if (!endpoint) return undefined
  const response = await fetch(endpoint, { method: 'POST' })
  return (await response.json()).attestation_challenge
}

/** `private_key_jwt` (RFC 7523), with the key of the client. */
async function asserted(client) {
  const key = await loadKey(client.key)
  return async ({ authorizationServerMetadata: server, body }) => {
    body.client_id = client.id
    body.client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    body.client_assertion = await signed(
      { typ: 'JWT' },
      { iss: client.id, sub: client.id, aud: server.issuer, jti: fresh(), iat: now(), exp: now() + 60 },
      key,
    )
  }
}

/** A key attestation over the holder's keys (OpenID4VCI appendix D.1). */
export async function keyAttestation(client, keys, nonce) {
  return signed(
    { typ: 'key-attestation+jwt', x5c: x5cOf(readCertificates(client.chain)) },
    { iat: now(), exp: now() + 300, nonce, attested_keys: keys },
    await loadKey(client.key),
  )
}

/**
 * The client a request's two headers prove, or an error (draft 07 section 9).
 * The package wants an `exp` in the proof, which the draft does not have, so this is by hand.
 */
export async function checkAttested(headers, { audience, roots, seen, challenges }) {
  const [attestation, pop] = [headers['oauth-client-attestation'], headers['oauth-client-attestation-pop']]
  if (!attestation || !pop) throw new Error('attestation and proof are both needed')
  const key = await leafKey(decodeProtectedHeader(attestation).x5c, roots)
  const attested = await jwtVerify(attestation, await importJWK(key, 'ES256'), {
    typ: 'oauth-client-attestation+jwt', requiredClaims: ['sub', 'exp', 'cnf'],
  })
  const proof = await jwtVerify(pop, await importJWK(attested.payload.cnf.jwk, 'ES256'), {
    typ: 'oauth-client-attestation-pop+jwt', audience, issuer: attested.payload.sub, requiredClaims: ['jti', 'iat'], maxTokenAge: 300,
  })
  if (seen.has(proof.payload.jti)) throw new Error('the proof was used before')
  seen.add(proof.payload.jti)
  if (challenges && !challenges.delete(proof.payload.challenge)) throw new Error('no challenge of ours')
  return attested.payload.sub
}
