// Encrypted credential requests and answers (OpenID4VCI section 10): the packages leave both to their user.

import * as jose from 'jose'

/** Wrap what goes to the credential endpoints in a JWE, and open what comes back. */
export const throughJwe = (session) => ({
  async request(url, init) {
    if (!isSealed(session, url)) return init
    session.keys ??= await jose.generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
    const issuer = session.metadata.credentialIssuer
    const answer = issuer.credential_response_encryption
    const wanted = {
      jwk: { ...(await jose.exportJWK(session.keys.publicKey)), alg: answer.alg_values_supported[0], kid: 'answers', use: 'enc' },
      enc: answer.enc_values_supported[0],
      ...session.wanted,
    }
    const body = JSON.stringify({ ...JSON.parse(init.body), credential_response_encryption: wanted })
    return {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'content-type': 'application/jwt' },
      body: await sealed(body, issuer.credential_request_encryption),
    }
  },

  async response(url, response, body) {
    if (!isSealed(session, url) || response.headers.get('content-type') !== 'application/jwt') return response
    const { plaintext } = await jose.compactDecrypt(body, session.keys.privateKey)
    return new Response(plaintext, { status: response.status, headers: { 'content-type': 'application/json' } })
  },
})

const isSealed = ({ metadata }, url) =>
  [metadata?.credentialIssuer.credential_endpoint, metadata?.credentialIssuer.deferred_credential_endpoint].includes(url)

async function sealed(text, { jwks, enc_values_supported: [enc] }) {
  const jwk = jwks.keys.find(({ kty, use }) => kty === 'EC' && (use ?? 'enc') === 'enc')
  return new jose.CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: jwk.alg ?? 'ECDH-ES', enc, kid: jwk.kid })
    .encrypt(await jose.importJWK(jwk, jwk.alg ?? 'ECDH-ES'))
}

/** What a wallet encrypted to us. */
export async function opened(jwe, privateKey) {
  const { plaintext } = await jose.compactDecrypt(jwe, privateKey)
  return JSON.parse(new TextDecoder().decode(plaintext))
}

/** An answer for the key a wallet named. */
export async function sealedTo(value, { jwk, enc }) {
  return new jose.CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: jwk.alg, enc, ...(jwk.kid ? { kid: jwk.kid } : {}) })
    .encrypt(await jose.importJWK(jwk, jwk.alg))
}
