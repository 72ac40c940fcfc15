// The wallet's other half: it reads requests and shows what it holds; `stranger.mjs` gives it its line.

import { randomBytes } from 'node:crypto'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { callbacks, readCertificates } from './crypto.mjs'
import { encryption, matched } from './matching.mjs'
import { issuerPayload, present } from './sdjwt.mjs'

/** The package does not post the nonce it checks afterwards, so it goes into the form here. */
const withNonce = (nonce) => ({
  request: async (_url, init) => (init.method === 'post' ? { ...init, body: `${new URLSearchParams(init.body)}&wallet_nonce=${nonce}` } : init),
  response: (_url, response) => response,
})

export const presenting = (recorded) => ({
  /** Read the request behind a link, as often as is said, and answer it with the credentials given. */
  async show({ link, roots, credentials, fetches = 1 }) {
    const nonce = randomBytes(16).toString('base64url')
    const fetch = recorded({}, withNonce(nonce))
    const client = new Openid4vpClient({ callbacks: { ...callbacks({ roots: readCertificates(roots) }), fetch } })
    const { params } = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link })
    const wallet = params.request_uri_method === 'post' ? { expectedNonce: nonce, metadata: {} } : undefined
    let resolved
    for (let n = 0; n < fetches; n += 1) {
      resolved = await client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params, wallet })
    }
    const { authorizationRequestPayload: request, version } = resolved
    const vpToken = await answer(request, credentials)
    const response = await client.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: request,
      authorizationResponsePayload: { vp_token: vpToken, ...(request.state === undefined ? {} : { state: request.state }) },
      jarm: request.response_mode === 'direct_post.jwt' ? encryption(request) : undefined,
    })
    await client.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: request,
      authorizationResponsePayload: response.authorizationResponsePayload,
      jarm: response.jarm,
    })
    return { version, request, presented: vpToken, wallet_nonce: wallet ? nonce : undefined }
  },
})

async function answer({ dcql_query: query, nonce, client_id: audience }, credentials) {
  const shown = (await matched(query, credentials)).map(async ({ id, credential, paths }) =>
    [id, [await present(credential, paths, issuerPayload(credential).cnf.jwk, { nonce, audience })]])
  return Object.fromEntries(await Promise.all(shown))
}
