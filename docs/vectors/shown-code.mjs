// A shown code, from the outside in, as docs/shown-code.md has it: text, ZLIB, CBOR, octets.
import { inflateSync } from 'node:zlib'
import { demand, sha256, text } from './basics.mjs'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

// RFC 9285: three characters for two octets, two for one.
function base45(encoded) {
  const found = []
  for (let at = 0; at < encoded.length; at += 3) {
    const digits = [...encoded.slice(at, at + 3)].map((letter) => LETTERS.indexOf(letter))
    demand(digits.length > 1 && !digits.includes(-1), 'not base45')
    const value = digits.reduce((sum, digit, place) => sum + digit * 45 ** place, 0)
    demand(value < (digits.length === 3 ? 65536 : 256), 'a group too large')
    found.push(...(digits.length === 3 ? [value >> 8, value & 255] : [value]))
  }
  return Buffer.from(found)
}

// RFC 8949 section 4.2.1: byte strings and arrays of them, every length in its shortest form.
function cbor(octets) {
  let at = 0
  const argument = (initial) => {
    if (initial < 24) return initial
    const size = { 24: 1, 25: 2 }[initial]
    demand(size && at + size <= octets.length, 'a length of another form')
    const value = octets.readUIntBE(at, size)
    at += size
    demand(value >= (size === 1 ? 24 : 256), 'a longer length than needed')
    return value
  }
  const item = () => {
    demand(at < octets.length, 'cut off')
    const first = octets[at]
    at += 1
    const count = argument(first & 31)
    if (first >> 5 === 4) return Array.from({ length: count }, item)
    demand(first >> 5 === 2 && at + count <= octets.length, 'neither octets nor an array')
    at += count
    return octets.subarray(at - count, at)
  }
  const found = item()
  demand(at === octets.length, 'something after the array')
  return found
}

// The CBOR and the presentation; x5c are the octets whose hash the code carries.
export function readCode(code, dictionary, x5c) {
  const [, packed] = /^MD1:(.*)\.$/.exec(code) ?? []
  demand(packed !== undefined, 'not a shown code')
  const stream = base45(packed)
  const options = { dictionary: Buffer.from(dictionary), maxOutputLength: 16384, info: true }
  const { buffer, engine } = inflateSync(stream, options)
  demand(engine.bytesWritten === stream.length, 'something after the stream')
  const parts = cbor(buffer)
  demand(Array.isArray(parts) && parts.length === 9, 'not nine parts')
  const [start, chain, rest, payload, signature, disclosures, ...kb] = parts
  demand(sha256(x5c).equals(chain), 'another chain')
  const header = Buffer.concat([start, Buffer.from(x5c), rest])
  const jwt = (...three) => three.map(text).join('.')
  const all = [jwt(header, payload, signature), ...disclosures.map(text), jwt(...kb)]
  return { cbor: buffer.toString('hex'), presentation: all.join('~') }
}
