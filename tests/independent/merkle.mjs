// The two proofs of RFC 9162, step by step as sections 2.1.3.2 and 2.1.4.2 have them.
import { createHash } from 'node:crypto'
import { demand } from './note.mjs'

export function leafHash(entry) {
  return createHash('sha256').update(Buffer.of(0)).update(entry).digest()
}

export function nodeHash(left, right) {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()
}

export function emptyRoot() {
  return createHash('sha256').digest()
}

const odd = (number) => (number & 1n) === 1n

export function checkInclusion(hash, index, size, path, root) {
  demand(index < size, 'inclusion: no such entry in a tree of this size')
  let fn = index
  let sn = size - 1n
  let r = hash
  for (const p of path) {
    demand(sn !== 0n, 'inclusion: the path is too long')
    if (odd(fn) || fn === sn) {
      r = nodeHash(p, r)
      while (!odd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      r = nodeHash(r, p)
    }
    fn >>= 1n
    sn >>= 1n
  }
  demand(sn === 0n && r.equals(root), 'inclusion: the path does not lead to the root')
}

export function checkConsistency(first, second, path, firstRoot, secondRoot) {
  demand(first > 0n && first <= second, 'consistency: the first tree is not the smaller')
  if (first === second) {
    demand(path.length === 0 && firstRoot.equals(secondRoot), 'consistency: two roots of one size')
    return
  }
  const steps = [...path]
  // Step 2: a first tree that is a power of two is itself where the path begins.
  if ((first & (first - 1n)) === 0n) steps.unshift(firstRoot)
  demand(steps.length > 0, 'consistency: no path')
  let fn = first - 1n
  let sn = second - 1n
  while (odd(fn)) {
    fn >>= 1n
    sn >>= 1n
  }
  let fr = steps[0]
  let sr = steps[0]
  for (const c of steps.slice(1)) {
    demand(sn !== 0n, 'consistency: the path is too long')
    if (odd(fn) || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (!odd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      sr = nodeHash(sr, c)
    }
    fn >>= 1n
    sn >>= 1n
  }
  demand(
    sn === 0n && fr.equals(firstRoot) && sr.equals(secondRoot),
    'consistency: the path does not lead to both roots',
  )
}

function largestPowerBelow(count) {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

// MTH(D[start:end]) of RFC 6962; perfect(level, index) knows the roots of whole subtrees.
export function treeHash(start, end, perfect) {
  const count = end - start
  if (count === 0) return emptyRoot()
  const level = Math.log2(count)
  if (Number.isInteger(level) && start % count === 0) {
    const known = perfect(level, start / count)
    if (known) return known
  }
  const middle = start + largestPowerBelow(count)
  return nodeHash(treeHash(start, middle, perfect), treeHash(middle, end, perfect))
}

// PROOF(m, D[n]) of RFC 6962 section 2.1.2.
export function consistencyPath(m, start, end, whole, perfect) {
  if (m === end - start) return whole ? [] : [treeHash(start, end, perfect)]
  const k = largestPowerBelow(end - start)
  if (m <= k) {
    return [...consistencyPath(m, start, start + k, whole, perfect), treeHash(start + k, end, perfect)]
  }
  return [...consistencyPath(m - k, start + k, end, false, perfect), treeHash(start, start + k, perfect)]
}
