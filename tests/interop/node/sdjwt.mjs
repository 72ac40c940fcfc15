// SD-JWT VC through @sd-jwt/sd-jwt-vc, with keys taken from x5c and cnf.

import { randomBytes } from 'node:crypto'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { hash, leafKey, signatureOf, verifySignature } from './crypto.mjs'

const plain = { hasher: hash, hashAlg: 'sha-256', saltGenerator: (length) => randomBytes(length).toString('base64url') }

/** Check a credential or presentation: issuer chain, digests, status; key binding when a nonce is given. */
export async function verify(credential, { issuerRoots, statusRoots, nonce, audience }) {
  const issuer = await leafKey(decodeProtectedHeader(credential.split('~')[0]).x5c, issuerRoots)
  const instance = new SDJwtVcInstance({
    ...plain,
    verifier: (data, signature) => verifySignature(data, signature, issuer),
    statusVerifier: async (data, signature) => {
      const { x5c } = JSON.parse(Buffer.from(data.split('.')[0], 'base64url').toString('utf8'))
      return verifySignature(data, signature, await leafKey(x5c, statusRoots))
    },
    kbVerifier: (data, signature, payload) => verifySignature(data, signature, payload.cnf.jwk),
  })
  const result = await instance.verify(credential, nonce === undefined ? {} : { keyBindingNonce: nonce })
  if (audience !== undefined && result.kb.payload.aud !== audience) throw new Error('the key binding names another audience')
  return result.payload
}

/** Disclose the claims at the paths (arrays of keys and indices), bound to audience and nonce. */
export async function present(credential, paths, holder, { nonce, audience }) {
  const frame = {}
  for (const path of paths) {
    let here = frame
    path.slice(0, -1).forEach((step) => { here = here[step] = typeof here[step] === 'object' ? here[step] : {} })
    here[path.at(-1)] ??= true
  }
  const instance = new SDJwtVcInstance({ ...plain, kbSigner: (data) => signatureOf(data, holder), kbSignAlg: 'ES256' })
  const iat = Math.floor(Date.now() / 1000)
  return instance.present(credential, frame, { kb: { payload: { iat, nonce, aud: audience } } })
}

/** Sign a credential whose top-level claims are each selectively disclosable, but for `open`. */
export async function issue({ vct, iss, claims, holder, issuerKey, x5c, open = {} }) {
  const instance = new SDJwtVcInstance({ ...plain, signer: (data) => signatureOf(data, issuerKey), signAlg: 'ES256' })
  const iat = Math.floor(Date.now() / 1000)
  const payload = { iss, vct, iat, exp: iat + 86400, cnf: { jwk: holder }, ...open, ...claims }
  return instance.issue(payload, { _sd: Object.keys(claims) }, { header: { typ: 'dc+sd-jwt', x5c } })
}

/** The claims a holder sees in a credential, all disclosures open. */
export async function claimsOf(credential) {
  return new SDJwtVcInstance(plain).getClaims(credential)
}

export const issuerPayload = (credential) => decodeJwt(credential.split('~')[0])
