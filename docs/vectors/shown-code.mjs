// A shown code, from the outside in, as docs/shown-code.md has it: text, checksum, DEFLATE, values.
import { ECDH } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
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

// RFC 1950 section 8.2.
function adler32(octets) {
  let [low, high] = [1, 0]
  for (const octet of octets) {
    low = (low + octet) % 65521
    high = (high + low) % 65521
  }
  return high * 65536 + low
}

// RFC 8949 section 3.1: a byte string, its length in the shortest form, and what follows.
function byteString(octets) {
  const initial = octets[0] & 31
  const width = { 24: 1, 25: 2 }[initial] ?? 0
  demand(octets[0] >> 5 === 2 && initial < 26 && octets.length > width, 'no byte string')
  const size = width ? octets.readUIntBE(1, width) : initial
  const end = 1 + width + size
  demand(size >= [0, 24, 256][width] && end <= octets.length, 'a length of another form')
  return [octets.subarray(1 + width, end), octets.subarray(end)]
}

function inflate(stream, dictionary) {
  const options = { dictionary, maxOutputLength: 16384, info: true }
  const { buffer, engine } = inflateRawSync(stream, options)
  demand(engine.bytesWritten === stream.length, 'something after the stream')
  return buffer.toString('latin1')
}

// The y of a compressed point.
function yOf(sign, x) {
  const point = ECDH.convertKey(Buffer.concat([Buffer.of(sign), x]), 'prime256v1')
  return point.subarray(33)
}

// Puts values back, one after the other; returns the parts of a stream.
function putBack(texts, take) {
  const sizes = { '\x01': 32, '\x02': 18, '\x03': 16 }
  return texts.split('\x00').map((part) => {
    if (part === '\x08') return take(64)
    let last
    const whole = part.replace(/[\x01-\x06]/g, (mark) => {
      if (mark === '\x06') return String(take(4).readUInt32BE())
      if (mark >= '\x04') return text(yOf(mark === '\x04' ? 2 : 3, last))
      last = take(sizes[mark])
      return text(last)
    })
    return Buffer.from(whole, 'latin1')
  })
}

const fill = (octets, value) => Buffer.from(octets.toString('latin1').replace('\x07', () => value), 'latin1')

// The texts of both streams, the values, and the presentation; x5c are the octets the code names.
export function readCode(code, dictionary, x5c) {
  const [, packed] = /^MD2:(.*)\.$/.exec(code) ?? []
  demand(packed !== undefined, 'not a shown code')
  const octets = base45(packed)
  const [name, body] = [octets.subarray(0, 8), octets.subarray(12)]
  demand(octets.readUInt32BE(8) === adler32(Buffer.concat([name, body])), 'misread')
  demand(sha256(x5c).subarray(0, 8).equals(name), 'another chain')
  const [first, after] = byteString(body)
  const [second, values] = byteString(after)
  const leaf = Buffer.from(JSON.parse(x5c)[0], 'base64')
  const held = inflate(first, Buffer.from(dictionary, 'latin1'))
  const issued = inflate(second, Buffer.concat([leaf, Buffer.from(dictionary, 'latin1')]))
  let at = 0
  const take = (size) => {
    at += size
    demand(at <= values.length, 'values missing')
    return values.subarray(at - size, at)
  }
  const [kbHeader, kbPayload, kbSignature, ...disclosures] = putBack(held, take)
  const [header, payload, signature] = putBack(issued, take)
  demand(at === values.length, 'values too many')
  const jwt = (...three) => three.map(text).join('.')
  const shown = [jwt(fill(header, x5c), payload, signature), ...disclosures.map(text), ''].join('~')
  const binding = jwt(kbHeader, fill(kbPayload, text(sha256(shown))), kbSignature)
  return { held, issued, values: values.toString('hex'), presentation: shown + binding }
}
