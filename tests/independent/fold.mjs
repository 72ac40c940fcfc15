// Folds the cases on standard input, by the published rule in docs/vectors/states.mjs.
import { readFileSync } from 'node:fs'
import { fold } from '../../docs/vectors/states.mjs'

const cases = JSON.parse(readFileSync(0, 'utf8'))
console.log(JSON.stringify(cases.map(({ events, terms, at }) => fold(events, terms, at))))
