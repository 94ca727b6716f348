// What runs on a node: `node node-entry.js DATABASE RUN ARRAY INDEX`.
import { asError } from '../../../base/errors.ts'
import { performOnNode } from './on-node.ts'
import { scriptCodes } from './script.ts'

const args = process.argv.slice(2)
const stop = new AbortController()
// Slurm sends it some seconds before it kills.
process.on('SIGTERM', () => stop.abort())

// A log that cannot be written must not end the work that it tells of.
process.stdout.on('error', () => undefined)
const print = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const [root, run, array, index] = args
  const task = { root, run, array, index: Number(index) }
  await performOnNode(task, { env: process.env, signal: stop.signal, print })
  // A task that goes on after its end, or after its time was up, keeps no node.
  process.exit(stop.signal.aborted ? scriptCodes.stopped : 0)
} catch (error) {
  print(asError(error).message)
  process.exit(scriptCodes.noOutcome)
}
