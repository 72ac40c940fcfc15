// Trust policies (C2SP tlog-policy): names to rules, rules to yes or no.
import { demand, openCheckpoint, readKey, readNote, signers, Refused } from './note.mjs'

function readMember(rules, used, name) {
  demand(rules.has(name) && !used.has(name), `policy: ${name} is unknown, or a member already`)
  used.add(name)
  return name
}

function threshold(word, count) {
  if (word === 'any') return 1
  if (word === 'all') return count
  demand(/^[1-9][0-9]*$/.test(word) && Number(word) <= count, 'policy: no such threshold')
  return Number(word)
}

export function readPolicy(text) {
  demand(!/[^\t\n\u0020-\u007e\u0080-\u{10ffff}]/u.test(text), 'policy: a control character')
  const policy = { logs: [], rules: new Map(), quorum: undefined }
  const keys = new Set()
  const used = new Set()
  const newKey = (vkey, types) => {
    const key = readKey(vkey)
    const jwk = key.key.export({ format: 'jwk' }).x
    demand(types.includes(key.type) && !keys.has(types + jwk), 'policy: a key twice, or not for this')
    keys.add(types + jwk)
    return key
  }
  const define = (name, rule) => {
    demand(name !== 'none' && !policy.rules.has(name), `policy: ${name} is taken`)
    policy.rules.set(name, rule)
  }
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== '')
    if (keyword === undefined || keyword.startsWith('#')) continue
    if (keyword === 'log' && words.length >= 1 && words.length <= 2) {
      policy.logs.push(newKey(words[0], [1]))
    } else if (keyword === 'witness' && words.length >= 2 && words.length <= 3) {
      define(words[0], { key: newKey(words[1], [4]) })
    } else if (keyword === 'group' && words.length >= 3) {
      const members = words.slice(2).map((name) => readMember(policy.rules, used, name))
      define(words[0], { members, needed: threshold(words[1], members.length) })
    } else {
      demand(keyword === 'quorum' && words.length === 1 && !policy.quorum, `policy: ${keyword}?`)
      demand(words[0] === 'none' || policy.rules.has(words[0]), 'policy: an undefined quorum')
      policy.quorum = words[0]
    }
  }
  demand(policy.quorum !== undefined, 'policy: no quorum')
  return policy
}

// Every name of the policy that has seen the checkpoint, or Refused.
export function checkPolicy(policy, octets) {
  const note = readNote(octets)
  const log = policy.logs.find((key) => signers(note, [key]).length > 0)
  demand(log, 'policy: not signed by a listed log')
  openCheckpoint(octets, [log], [])
  const seen = (name) => {
    const rule = policy.rules.get(name)
    if (rule.key) return signers(note, [rule.key]).length > 0
    return rule.members.filter(seen).length >= rule.needed
  }
  if (policy.quorum !== 'none' && !seen(policy.quorum)) throw new Refused('policy: no quorum')
  return [...policy.rules.keys()].filter(seen)
}
