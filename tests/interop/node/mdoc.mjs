// Reads a JSON array of tasks from standard input and prints their answers in an array, one line.

import { readFileSync } from 'node:fs'
import { tasks } from './mdocs.mjs'

const answers = []
for (const { task, ...given } of JSON.parse(readFileSync(0, 'utf8'))) {
  answers.push(await tasks[task](given).then((done) => ({ done }), (error) => ({ refused: error.message })))
}
console.log(JSON.stringify(answers))
