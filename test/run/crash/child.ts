// A run in a process of its own, to be killed, kept waiting or told to end: `child.ts ASKED`.
import { writeSync } from 'node:fs'
import { isRomiError } from '../../../src/base/errors.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../../src/pipeline/parse.ts'
import { exitCodes } from '../../../src/run/exit-code.ts'
import { inlineExecutor } from '../../../src/run/executors/inline.ts'
import { threadsExecutor } from '../../../src/run/executors/threads.ts'
import { run } from '../../../src/run/run.ts'
import { Slots } from '../../../src/run/slots.ts'
import { loadLibrary, type LibraryOrigin } from '../../../src/task/modules.ts'
import type { Asked, Told } from '../../support/child-run.ts'

// Safe: `startRun` made it.
const asked = JSON.parse(process.argv[2]) as Asked
const tell = (told: Told) => writeSync(1, `${JSON.stringify(told)}\n`)

const origin: LibraryOrigin = {
  builtin: new URL(asked.tasks, import.meta.url).href,
  face: new URL('../../../src/index.ts', import.meta.url).href,
  modules: [],
}

const cancel = new AbortController()
const stop = new AbortController()
process.on('SIGINT', () => (cancel.signal.aborted ? stop : cancel).abort())
process.on('SIGTERM', () => stop.abort())

async function main(): Promise<number> {
  const library = await loadLibrary(origin)
  const parsed = parsePipeline(asked.pipeline, 'pipeline.toml', library)
  if (parsed.is !== 'ok') throw new Error(parsed.diagnostics.map(({ message }) => message).join())
  const executor = asked.executor === 'inline' ? inlineExecutor(library) : threadsExecutor(2)
  await using db = new FSDB(asked.database)
  try {
    await db.connect({ wait: asked.wait ?? false, info: { run: asked.name } })
  } catch (error) {
    if (!isRomiError(error)) throw error
    tell({ is: 'refused', code: error.code, facts: error.facts })
    return exitCodes.databaseHeld
  }
  const { code } = await run({
    pipeline: parsed.pipeline,
    library,
    origin,
    db,
    scans: await db.scanIds(),
    executor,
    slots: new Slots(2),
    cancel: cancel.signal,
    stop: stop.signal,
    version: '0.0.0',
    tell,
  })
  await executor.close()
  return code
}

process.exitCode = await main()
