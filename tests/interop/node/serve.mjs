// A small HTTPS server: routes are functions of (request, body) that return [status, type, body, headers].

import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const read = async (request) => {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** Listen on loopback at $PORT (any free one without it); resolves to the base address `https://localhost:PORT`. */
export async function serve({ certificate, key }, route) {
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, async (request, response) => {
    try {
      const [status, type, body, headers = {}] = await route(request, await read(request))
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    } catch (error) {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: 'invalid_request', error_description: String(error.message).replace(/[^\x20-\x7e]|["\\]/g, ' ') }))
    }
  })
  await new Promise((resolve) => { server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', resolve) })
  return `https://localhost:${server.address().port}`
}

export const say = (fact) => { console.log(JSON.stringify(fact)) }
export const form = (body) => Object.fromEntries(new URLSearchParams(body))
