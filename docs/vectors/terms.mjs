// Terms as docs/ledger.md has them: these members and no others, each saying something.
import { demand, octets } from './basics.mjs'

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const DURATION = /^P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/

const isText = (value) => typeof value === 'string' && value !== '' && value.length <= 2000 && !HIDDEN.test(value)
const isList = (value) => Array.isArray(value) && value.length <= 200 && value.every(isText)
const isAddress = (value) => isText(value) && /^https?:\/\/[!-~]+$/.test(value)
const isDuration = (value) => isText(value) && DURATION.test(value)
const isCount = (value) => Number.isInteger(value) && value >= 0
const isInstant = (value) => isText(value) && new Date(value).toJSON() === value.replace('Z', '.000Z')
const isHash = (value) => isText(value) && octets(value, 32).length === 32
const orNull = (rule) => (value) => value === null || rule(value)

function members(shape) {
  return (value) => {
    const exact = value !== null && typeof value === 'object' &&
      Object.keys(value).sort().join() === Object.keys(shape).sort().join()
    return exact && Object.entries(shape).every(([name, rule]) => rule(value[name]))
  }
}

const local = (rule) => members({ ko: rule, en: rule, ja: rule })
const isTerms = members({
  purpose: members({ code: isText, text: local(isText) }),
  sender: isText,
  receiver: members({ id: isText, name: isText, address: isText, contact: isText }),
  information: (value) => isList(value) && value.length > 0,
  optional: isList,
  periodic: orNull(members({ cycle: isDuration })),
  uses: orNull(isCount),
  until: orNull(isInstant),
  retention: members({ period: isDuration, text: local(isText) }),
  legal_basis: isText,
  jurisdiction: isText,
  notice: members({ uri: isAddress, version: isText, sha256: local(isHash) }),
  withdrawal: members({ method: local(isText), uri: isAddress }),
})

export function readTerms(terms) {
  demand(isTerms(terms), 'not terms')
  return terms
}
