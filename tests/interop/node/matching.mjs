// Which of the credentials held answer a query, matched by the dcql package.

import { DcqlQuery } from 'dcql'
import { saidBy } from './mdocs.mjs'
import { claimsOf } from './sdjwt.mjs'

export const isMdoc = (credential) => !credential.includes('~')

/** The credential and the concrete paths for each query id of the first answer there is; throws when there is none. */
export async function matched(query, credentials) {
  const parsed = DcqlQuery.parse(query)
  DcqlQuery.validate(parsed)
  const held = await Promise.all(credentials.map(async (credential) => {
    if (isMdoc(credential)) {
      const { docType: doctype, claims: namespaces } = saidBy(credential)
      return { credential_format: 'mso_mdoc', doctype, namespaces, cryptographic_holder_binding: true }
    }
    const { vct, ...claims } = await claimsOf(credential)
    return { credential_format: 'dc+sd-jwt', vct, claims, cryptographic_holder_binding: true }
  }))
  const result = DcqlQuery.query(parsed, held)
  if (!result.can_be_satisfied) throw new Error('nothing held satisfies the query')
  return asked(parsed, result).map((id) => {
    const [match] = result.credential_matches[id].valid_credentials
    const { claims = [] } = parsed.credentials.find((wanted) => wanted.id === id)
    const chosen = match.claims.valid_claim_sets[0].valid_claim_indexes ?? []
    const index = match.input_credential_index
    return { id, credential: credentials[index], paths: chosen.flatMap((n) => expand(claims[n].path, held[index].claims ?? held[index].namespaces)) }
  })
}

/** The ids to answer: those of the first option of each set that can be met, or all. */
const asked = (query, { credential_matches: matches }) => (query.credential_sets
  ? [...new Set(query.credential_sets.flatMap((set) => set.options.find((option) => option.every((id) => matches[id].success)) ?? []))]
  : query.credentials.map(({ id }) => id))

/** The concrete paths a claims path pointer selects. */
function expand(path, value, done = []) {
  if (path.length === 0) return [done]
  const [step, ...rest] = path
  if (step !== null) return value?.[step] === undefined ? [] : expand(rest, value[step], [...done, step])
  return Array.isArray(value) ? value.flatMap((element, index) => expand(rest, element, [...done, index])) : []
}

/** What the package wants to know of a verifier to encrypt to it. */
export const encryption = (request) => ({
  encryption: { nonce: request.nonce },
  serverMetadata: {
    authorization_signing_alg_values_supported: [],
    authorization_encryption_alg_values_supported: ['ECDH-ES'],
    authorization_encryption_enc_values_supported: request.client_metadata.encrypted_response_enc_values_supported,
  },
})
