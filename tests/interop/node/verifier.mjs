// A verifier of another maker.
//   node verifier.mjs CHAIN_PEM KEY_PEM TLS_CERT TLS_KEY MODE DCQL_JSON TRUST_DIR [get|post]
// Prints {"request": …} when it listens, then {"verified": …} or {"refused": …} once a wallet answered.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DcqlPresentationResult, DcqlQuery } from 'dcql'
import { calculateX509HashClientIdPrefixValue, Openid4vpVerifier } from '@openid4vc/openid4vp'
import { callbacks, hash, loadKey, makeKey, readCertificates, x5cOf } from './crypto.mjs'
import { readMdoc } from './mdocs.mjs'
import { verify } from './sdjwt.mjs'
import { form, say, serve } from './serve.mjs'

const [chainFile, keyFile, certificate, key, mode, dcql, trustDir, method = 'get'] = process.argv.slice(2)
const signingKey = await loadKey(keyFile)
const chain = readCertificates(chainFile)
const query = JSON.parse(dcql)
const fresh = () => randomBytes(32).toString('base64url')
const [nonce, state] = [fresh(), fresh()]
const encryptionKey = { ...(await makeKey('ECDH-ES')), kid: 'e1', use: 'enc', alg: 'ECDH-ES' }
const context = callbacks({ signingKey })
const verifier = new Openid4vpVerifier({ callbacks: context })
const clientId = `x509_hash:${await calculateX509HashClientIdPrefixValue({ x509Certificate: chain[0].raw, hash })}`

const base = await serve({ certificate, key }, async (request, body) => {
  const { pathname } = new URL(request.url, base)
  if (pathname === '/request') {
    const walletNonce = request.method === 'POST' ? form(body).wallet_nonce : undefined
    return [200, 'application/oauth-authz-req+jwt', (await authorizationRequest(walletNonce)).jar.authorizationRequestJwt]
  }
  if (request.method === 'POST' && pathname === '/response') return response(form(body))
  return [404, 'application/json', { error: 'not_found' }]
})

const payload = {
  response_type: 'vp_token',
  response_mode: mode,
  client_id: clientId,
  response_uri: `${base}/response`,
  nonce,
  state,
  aud: 'https://self-issued.me/v2',
  dcql_query: query,
  client_metadata: {
    vp_formats_supported: {
      'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] },
      mso_mdoc: { issuerauth_alg_values: [-7], deviceauth_alg_values: [-7] },
    },
    ...(mode === 'direct_post.jwt' ? { jwks: { keys: [encryptionKey] }, encrypted_response_enc_values_supported: ['A128GCM', 'A256GCM'] } : {}),
  },
}

function authorizationRequest(walletNonce) {
  return verifier.createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: { ...payload, ...(walletNonce ? { wallet_nonce: walletNonce } : {}) },
    jar: { requestUri: `${base}/request`, jwtSigner: { method: 'x5c', x5c: x5cOf(chain), alg: 'ES256' }, expiresInSeconds: 300 },
    wallet: walletNonce ? { expectedNonce: walletNonce } : undefined,
  })
}

async function response(authorizationResponse) {
  try {
    const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
      authorizationResponse, authorizationRequestPayload: payload, callbacks: context,
    })
    if (parsed.authorizationResponsePayload.state !== state) throw new Error('state of another request')
    if (mode === 'direct_post.jwt' && !parsed.jarm) throw new Error('the response is not encrypted')
    const roots = (role) => readCertificates(join(trustDir, `${role}.pem`))
    const presentations = {}
    for (const [id, presented] of Object.entries(parsed.dcql.presentations)) {
      presentations[id] = await Promise.all(presented.map(async (presentation) => {
        if (!presentation.includes('~')) return readMdoc(presentation, roots('issuer'), payload)
        const { vct, ...claims } = await verify(presentation, {
          issuerRoots: roots('issuer'), statusRoots: roots('status'), nonce, audience: clientId,
        })
        return { credential_format: 'dc+sd-jwt', vct, claims, cryptographic_holder_binding: true }
      }))
    }
    const result = DcqlPresentationResult.fromDcqlPresentation(presentations, { dcqlQuery: DcqlQuery.parse(query) })
    if (!result.can_be_satisfied) throw new Error('the query is not satisfied')
    say({ verified: Object.fromEntries(Object.entries(presentations).map(([id, [first]]) => [id, first])), encrypted: Boolean(parsed.jarm) })
    return [200, 'application/json', {}]
  } catch (error) {
    say({ refused: error.message })
    return [400, 'application/json', { error: 'invalid_request' }]
  }
}

const request = await authorizationRequest()
say({
  request: `openid4vp://?${new URLSearchParams({
    client_id: clientId, request_uri: `${base}/request`, ...(method === 'post' ? { request_uri_method: 'post' } : {}),
  })}`,
  library: request.authorizationRequest,
})
