// As much of CBOR (RFC 8949) as a kept mdoc has: definite lengths, texts, octets, arrays, maps, one tag.
import { demand } from './basics.mjs'

// What stands in the octets already, and goes into what is written as it is.
export class Written {
  constructor(octets) {
    this.octets = octets
  }
}

export class Tagged {
  constructor(number, content, octets) {
    Object.assign(this, { number, content, octets })
  }
}

function head(major, count) {
  if (count < 24) return Buffer.of((major << 5) | count)
  const sizes = [1, 2, 4]
  const size = sizes.find((each) => count < 256 ** each)
  const octets = Buffer.alloc(1 + size)
  octets[0] = (major << 5) | (24 + sizes.indexOf(size))
  octets.writeUIntBE(count, 1, size)
  return octets
}

export function write(value) {
  if (value === null) return Buffer.of(0xf6)
  if (value instanceof Written) return value.octets
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(write)])
  const octets = Buffer.from(value)
  return Buffer.concat([head(typeof value === 'string' ? 3 : 2, octets.length), octets])
}

// An item as octets in an item: tag 24.
export const embedded = (octets) => Buffer.concat([head(6, 24), write(octets)])

export function read(octets) {
  const [value, end] = item(octets, 0)
  demand(end === octets.length, 'octets after the item')
  return value
}

function item(octets, start) {
  const [major, short] = [octets[start] >> 5, octets[start] & 31]
  if (major === 7) return [{ 20: false, 21: true }[short] ?? null, start + 1]
  demand(short < 27, 'a length that is not definite')
  const size = short < 24 ? 0 : 2 ** (short - 24)
  const count = size ? octets.readUIntBE(start + 1, size) : short
  const at = start + 1 + size
  if (major < 2) return [major ? -1 - count : count, at]
  if (major === 2) return [octets.subarray(at, at + count), at + count]
  if (major === 3) return [octets.toString('utf8', at, at + count), at + count]
  if (major === 6) {
    const [content, end] = item(octets, at)
    return [new Tagged(count, content, octets.subarray(start, end)), end]
  }
  const [found, end] = items(octets, at, major === 4 ? count : count * 2)
  return [major === 4 ? found : new Map(found.flatMap((key, n) => (n % 2 ? [] : [[key, found[n + 1]]]))), end]
}

function items(octets, start, count) {
  const found = []
  let at = start
  for (let left = count; left > 0; left -= 1) {
    const [value, end] = item(octets, at)
    found.push(value)
    at = end
  }
  return [found, at]
}
