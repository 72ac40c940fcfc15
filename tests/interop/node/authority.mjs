// Issuers of another maker, each with its authorization server, and verifiers, as many as are asked for.
//   node authority.mjs CHAIN_PEM KEY_PEM TLS_CERT TLS_KEY TRUST_DIR
// Prints {"base"} when it listens. Reads one command a line: {"do": "open", "options"} answers with the issuer and
// an offer, {"do": "ask", "options"} with a verifier and the link to its request, {"do": "told", "issuer"} with every
// exchange the one or the other had. options.mjs and asking.mjs say what can be set, or made wrong.

import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { callbacks, loadKey, readCertificates, x5cOf } from './crypto.mjs'
import { Verifier } from './asking.mjs'
import { AuthorizationServer } from './authorizing.mjs'
import { CredentialIssuer } from './issuing.mjs'
import { say, serve } from './serve.mjs'
import { withDefaults } from './options.mjs'

const [chainFile, keyFile, certificate, key, trustDir] = process.argv.slice(2)
const signing = { key: await loadKey(keyFile), x5c: x5cOf(readCertificates(chainFile)) }
const providers = () => readCertificates(join(trustDir, 'wallet-provider.pem'))
// issuers and verifiers by the first part of their paths
const issuers = new Map()

const base = await serve({ certificate, key }, async (request, body) => {
  const { pathname } = new URL(request.url, base)
  const name = pathname.startsWith('/.well-known/') ? pathname.split('/').slice(3).join('/') : pathname.split('/')[1]
  const opened = issuers.get(name)
  const answer = opened
    ? await opened.answer(request, body).catch(refusal)
    : [404, 'application/json', { error: 'not_found' }]
  opened?.log.push({
    method: request.method,
    url: `${base}${request.url}`,
    sent: request.headers,
    content: body,
    status: answer[0],
    headers: { 'content-type': answer[1], ...answer[3] },
    body: typeof answer[2] === 'string' ? answer[2] : JSON.stringify(answer[2]),
  })
  return answer
})

/** What went wrong, in the form of OAuth; the packages put their own codes into `errorResponse`. */
function refusal(error) {
  const { status = 400, code = error.errorResponse?.error ?? 'invalid_request', headers } = error
  const description = String(error.errorResponse?.error_description ?? error.message).replace(/[^\x20-\x7e]|["\\]/g, ' ')
  return [status, 'application/json', { error: code, error_description: description }, headers]
}

class Opened {
  constructor(name, options) {
    this.log = []
    const context = { ...callbacks({ signingKey: signing.key, roots: providers() }), base: `${base}/${name}`, name, options, signing, providers }
    this.server = new AuthorizationServer(context)
    this.issuer = new CredentialIssuer(context, this.server)
  }

  async answer(request, body) {
    return (await this.server.answer(request, body)) ?? (await this.issuer.answer(request, body))
      ?? [404, 'application/json', { error: 'not_found' }]
  }
}

const verbs = {
  async open({ options }) {
    const name = `i${issuers.size}`
    const opened = new Opened(name, withDefaults(options))
    issuers.set(name, opened)
    const { code, issuerState } = opened.server
    return {
      name, issuer: `${base}/${name}`, configuration: 'library-card', offer: await opened.issuer.offer(),
      code, issuer_state: issuerState,
    }
  },
  async ask({ options }) {
    const name = `v${issuers.size}`
    const verifier = new Verifier({ base: `${base}/${name}`, signing, trustDir }, options)
    issuers.set(name, verifier)
    return { name, base: `${base}/${name}`, link: await verifier.link() }
  },
  async asked({ verifier }) {
    return issuers.get(verifier).told()
  },
  /** Every exchange, every nonce for proofs, and the credential requests, in plain however they came. */
  async told({ issuer }) {
    const { log, issuer: { requests }, server: { nonces } } = issuers.get(issuer)
    return { exchanges: log, requests, nonces }
  },
}

say({ base })
for await (const line of createInterface({ input: process.stdin })) {
  const { do: verb, ...rest } = JSON.parse(line)
  say(await verbs[verb](rest).then((result) => ({ result, exchanges: [] }), (error) => ({ error: error.message, exchanges: [] })))
}
