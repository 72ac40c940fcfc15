// A wallet of another maker.
//   node wallet.mjs accept  STATE OFFER_URI TRUST_DIR [--tx-code CODE] [--keys N]
//   node wallet.mjs present STATE REQUEST_URI TRUST_DIR
// STATE is the file it keeps credentials and keys in; it prints one JSON object.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { callbacks, exportPrivate, importPrivate, makeKey, readCertificates } from './crypto.mjs'
import { encryption, isMdoc, matched } from './matching.mjs'
import { boundTo, saidBy, tasks } from './mdocs.mjs'
import { claimsOf, issuerPayload, present as presentCredential, verify } from './sdjwt.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'tx-code': { type: 'string' }, keys: { type: 'string', default: '1' } },
})
const [verb, stateFile, uri, trustDir] = positionals
const roots = (role) => readCertificates(join(trustDir, `${role}.pem`))
const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : { credentials: [] }

async function accept() {
  const client = new Openid4vciClient({ callbacks: callbacks() })
  const credentialOffer = await client.resolveCredentialOffer(uri)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, txCode: values['tx-code'],
  })
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
  const [credentialConfigurationId] = credentialOffer.credential_configuration_ids
  const keys = await Promise.all(Array.from({ length: Number(values.keys) }, () => makeKey()))
  const proofs = await Promise.all(keys.map(async (publicJwk) => {
    const signer = { method: 'jwk', publicJwk, alg: 'ES256' }
    return (await client.createCredentialRequestJwtProof({ issuerMetadata, credentialConfigurationId, nonce, signer })).jwt
  }))
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata, credentialConfigurationId, accessToken: accessTokenResponse.access_token, proofs: { jwt: proofs },
  })
  const received = credentialResponse.credentials.map((entry) => entry.credential ?? entry)
  for (const credential of received) {
    const holder = isMdoc(credential) ? await takeMdoc(credential) : await takeSdJwt(credential)
    const key = keys.find((jwk) => jwk.x === holder.x && jwk.y === holder.y)
    if (!key) throw new Error('the credential is bound to a key that is not ours')
    state.credentials.push({ credential, key: await exportPrivate(key) })
  }
  writeFileSync(stateFile, JSON.stringify(state))
  if (isMdoc(received[0])) {
    const { docType, claims } = saidBy(received[0])
    return { count: received.length, vct: docType, claims: Object.keys(claims).sort() }
  }
  const claims = await claimsOf(received[0])
  return { count: received.length, vct: claims.vct, claims: Object.keys(claims).sort() }
}

/** Check what came; returns the key it is bound to. */
async function takeSdJwt(credential) {
  await verify(credential, { issuerRoots: roots('issuer'), statusRoots: roots('status') })
  return issuerPayload(credential).cnf.jwk
}

async function takeMdoc(credential) {
  const trusted = roots('issuer').map((root) => root.raw.toString('base64'))
  await tasks.hold({ credential, roots: trusted, now: Date.now() })
  return saidBy(credential).holder
}

async function present() {
  const client = new Openid4vpClient({ callbacks: callbacks({ roots: roots('verifier') }) })
  const parsed = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: uri })
  const resolved = await client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: parsed.params })
  const request = resolved.authorizationRequestPayload
  const vpToken = await answer(resolved.dcql.query, request)
  const encrypted = request.response_mode === 'direct_post.jwt'
  const response = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: { vp_token: vpToken },
    jarm: encrypted ? encryption(request) : undefined,
  })
  const submitted = await client.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: response.authorizationResponsePayload,
    jarm: response.jarm,
  })
  return { version: resolved.version, status: submitted.response.status, body: await submitted.response.json() }
}

/** Disclose what the query selects; each credential is shown with the key it is bound to. */
async function answer(query, request) {
  const { nonce, client_id: audience } = request
  const shown = (await matched(query, state.credentials.map(({ credential }) => credential))).map(async ({ id, credential, paths }) => {
    const { key } = state.credentials.find((held) => held.credential === credential)
    if (isMdoc(credential)) return [id, [await presentMdoc(credential, paths, key, request)]]
    const holder = await importPrivate(key)
    return [id, [await presentCredential(credential, paths, holder, { nonce, audience })]]
  })
  return Object.fromEntries(await Promise.all(shown))
}

async function presentMdoc(credential, paths, key, request) {
  const elements = {}
  for (const [namespace, element] of paths) (elements[namespace] ??= []).push(element)
  return tasks.present({ credential, docType: saidBy(credential).docType, elements, key, request: await boundTo(request) })
}

try {
  console.log(JSON.stringify(await { accept, present }[verb]()))
} catch (error) {
  const body = error.response?.credentialErrorResponseResult?.data ?? error.errorResponse ?? undefined
  console.log(JSON.stringify({ error: error.message, body }))
  process.exitCode = 1
}
