// A whole log from its static files (C2SP tlog-tiles): every file is read, nothing is taken on trust.
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { checkConsistency, consistencyPath, leafHash, treeHash } from './merkle.mjs'
import { Refused, demand, openCheckpoint } from './note.mjs'

const HASH = 32
const WIDTH = 256

function read(folder, path) {
  try {
    return readFileSync(join(folder, path))
  } catch {
    throw new Refused(`${path}: is missing`)
  }
}

export function tilePath(level, index, width) {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.{3}/g)
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${name}${width < WIDTH ? `.p/${width}` : ''}`
}

function splitHashes(octets, width, path) {
  demand(octets.length === width * HASH, `${path}: ${width} hashes were expected`)
  return Array.from({ length: width }, (_, at) => octets.subarray(at * HASH, (at + 1) * HASH))
}

export function splitEntries(octets, width, path) {
  const entries = []
  let at = 0
  while (at < octets.length) {
    demand(at + 2 <= octets.length, `${path}: half a length`)
    const end = at + 2 + octets.readUInt16BE(at)
    demand(end <= octets.length, `${path}: an entry is cut off`)
    entries.push(octets.subarray(at + 2, end))
    at = end
  }
  demand(entries.length === width, `${path}: ${width} entries were expected`)
  return entries
}

// Every tile of a tree of this size, by level: the widths of tlog-tiles, "Partial Tiles".
export function* tiles(count) {
  for (let index = 0; index * WIDTH < count; index += 1) {
    yield { index, width: Math.min(WIDTH, count - index * WIDTH) }
  }
}

function readLevels(folder, size, files) {
  const levels = []
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / WIDTH)) {
    const hashes = []
    for (const { index, width } of tiles(count)) {
      const path = tilePath(level, index, width)
      const octets = read(folder, path)
      files.set(path, octets)
      hashes.push(...splitHashes(octets, width, path))
    }
    levels.push(hashes)
  }
  return levels
}

function checkEntries(folder, size, leaves, files) {
  for (const { index, width } of tiles(size)) {
    const path = tilePath('entries', index, width)
    const octets = read(folder, path)
    files.set(path, octets)
    splitEntries(octets, width, path).forEach((entry, at) => {
      const number = index * WIDTH + at
      demand(leafHash(entry).equals(leaves[number]), `entry ${number}: not the one in its tile`)
    })
  }
}

// A hash of a higher tile is the root of the full tile below it, and of nothing else.
function checkLevels(levels) {
  for (let level = 1; level < levels.length; level += 1) {
    const below = levels[level - 1]
    levels[level].forEach((hash, index) => {
      const one = (height, at) => (height === 0 ? below[at] : null)
      const root = treeHash(index * WIDTH, (index + 1) * WIDTH, one)
      demand(root.equals(hash), `level ${level}, hash ${index}: not the root of its tile`)
    })
  }
}

// Whatever else lies in the folder is an older partial tile, and says the same as its successor.
function checkLeftOver(folder, files) {
  for (const entry of readdirSync(join(folder, 'tile'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/')
    if (files.has(path)) continue
    const [stem] = path.split('.p/')
    const later = [...files.keys()].find((known) => known.split('.p/')[0] === stem)
    demand(later && stem !== path, `${path}: belongs to no tree of this size`)
    const octets = read(folder, path)
    demand(files.get(later).subarray(0, octets.length).equals(octets), `${path}: differs from ${later}`)
  }
}

export function checkLog(folder, logKeys, witnesses, since) {
  const checkpoint = openCheckpoint(read(folder, 'checkpoint'), logKeys, witnesses)
  demand(checkpoint.size <= 1n << 40n, 'checkpoint: larger than any folder')
  const size = Number(checkpoint.size)
  const files = new Map()
  const levels = readLevels(folder, size, files)
  if (size > 0) {
    checkEntries(folder, size, levels[0], files)
    checkLevels(levels)
    checkLeftOver(folder, files)
  }
  const perfect = (height, index) => (height % 8 === 0 ? levels[height / 8]?.[index] : undefined)
  demand(treeHash(0, size, perfect).equals(checkpoint.root), 'the tiles do not lead to the signed root')
  if (since) checkSince(openCheckpoint(since, logKeys, witnesses), checkpoint, perfect)
  return { size, root: checkpoint.root.toString('hex'), cosigned: checkpoint.cosigned }
}

// The kept checkpoint twice over: its root from the tiles, and a proof as a log would serve it.
function checkSince(kept, now, perfect) {
  demand(kept.size <= now.size, 'kept checkpoint: the log has become shorter')
  const [first, second] = [Number(kept.size), Number(now.size)]
  demand(treeHash(0, first, perfect).equals(kept.root), 'kept checkpoint: history was rewritten')
  if (first > 0) {
    const path = consistencyPath(first, 0, second, true, perfect)
    checkConsistency(kept.size, now.size, path, kept.root, now.root)
  }
}
