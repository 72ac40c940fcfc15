// An issuer of another maker.
//   node issuer.mjs CHAIN_PEM KEY_PEM TLS_CERT TLS_KEY [TX_CODE]
// Prints {"offer": …} when it listens, then one line per credential issued.

import { randomBytes } from 'node:crypto'
import { Oauth2AuthorizationServer, preAuthorizedCodeGrantIdentifier } from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { callbacks, loadKey, readCertificates, x5cOf } from './crypto.mjs'
import { issue } from './sdjwt.mjs'
import { form, say, serve } from './serve.mjs'

const [chainFile, keyFile, certificate, key, txCode] = process.argv.slice(2)
const issuerKey = await loadKey(keyFile)
const x5c = x5cOf(readCertificates(chainFile))
const context = callbacks({ signingKey: issuerKey })
const authorizationServer = new Oauth2AuthorizationServer({ callbacks: context })
const issuer = new Openid4vciIssuer({ callbacks: context })
const fresh = () => randomBytes(24).toString('base64url')
const [code, token, nonce] = [fresh(), fresh(), fresh()]
let redeemed = false

const base = await serve({ certificate, key }, async (request, body) => {
  const { pathname } = new URL(request.url, base)
  switch (`${request.method} ${pathname}`) {
    case 'GET /.well-known/openid-credential-issuer':
      return [200, 'application/json', metadata.credentialIssuer]
    case 'GET /.well-known/oauth-authorization-server':
      return [200, 'application/json', metadata.authorizationServers[0]]
    case 'POST /token':
      return [200, 'application/json', await accessToken(request, form(body))]
    case 'POST /nonce':
      return [200, 'application/json', issuer.createNonceResponse({ cNonce: nonce })]
    case 'POST /credential':
      if (request.headers.authorization !== `Bearer ${token}`) return [401, 'application/json', { error: 'invalid_token' }]
      return [200, 'application/json', await credential(JSON.parse(body))]
    default:
      return [404, 'application/json', { error: 'not_found' }]
  }
})

const vct = `${base}/types/library-card`
const metadata = {
  credentialIssuer: issuer.createCredentialIssuerMetadata({
    credential_issuer: base,
    credential_endpoint: `${base}/credential`,
    nonce_endpoint: `${base}/nonce`,
    credential_configurations_supported: {
      'library-card': {
        format: 'dc+sd-jwt',
        vct,
        scope: 'library-card',
        cryptographic_binding_methods_supported: ['jwk'],
        credential_signing_alg_values_supported: ['ES256'],
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
        credential_metadata: { display: [{ name: 'Library card', locale: 'en' }] },
      },
    },
  }),
  authorizationServers: [authorizationServer.createAuthorizationServerMetadata({
    issuer: base,
    token_endpoint: `${base}/token`,
    grant_types_supported: [preAuthorizedCodeGrantIdentifier],
    'pre-authorized_grant_anonymous_access_supported': true,
  })],
  knownCredentialConfigurations: {},
  originalDraftVersion: 'V1',
}

async function accessToken(incoming, accessTokenRequest) {
  const request = { method: 'POST', url: `${base}/token`, headers: new Headers(incoming.headers) }
  const parsed = authorizationServer.parseAccessTokenRequest({ request, accessTokenRequest })
  if (redeemed) throw new Error('the code was used')
  await authorizationServer.verifyPreAuthorizedCodeAccessTokenRequest({
    authorizationServerMetadata: metadata.authorizationServers[0],
    grant: parsed.grant,
    accessTokenRequest: parsed.accessTokenRequest,
    request,
    expectedPreAuthorizedCode: code,
    expectedTxCode: txCode,
  })
  redeemed = true
  return { access_token: token, token_type: 'Bearer', expires_in: 300 }
}

async function credential(credentialRequest) {
  const parsed = issuer.parseCredentialRequest({ issuerMetadata: metadata, credentialRequest })
  const credentials = await Promise.all(parsed.proofs.jwt.map(async (jwt) => {
    const { signer } = await issuer.verifyCredentialRequestJwtProof({ issuerMetadata: metadata, jwt, expectedNonce: nonce })
    const claims = { name: 'Kim Haneul', member_no: 4711, adult: true, branches: ['Jongno', 'Mapo'] }
    return { credential: await issue({ vct, iss: base, claims, holder: signer.publicJwk, issuerKey, x5c }) }
  }))
  say({ issued: credentials.length })
  return issuer.createCredentialResponse({ credentialRequest: parsed, credentials })
}

const { credentialOffer } = await issuer.createCredentialOffer({
  issuerMetadata: metadata,
  credentialConfigurationIds: ['library-card'],
  grants: { [preAuthorizedCodeGrantIdentifier]: {
    'pre-authorized_code': code,
    ...(txCode ? { tx_code: { input_mode: 'numeric', length: txCode.length } } : {}),
  } },
})
say({ offer: credentialOffer, issuer: base, vct })
