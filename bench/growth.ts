// How the cost of a photograph grows with their number, in a step that works file by file.
//
// Processor time of whole runs, plan and publishing included, of trivial tasks on small files: what a
// real task computes is the same for each photograph, and would hide what grows.
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadsExecutor } from '../src/run/executors/threads.ts'
import { round, type Bench, type Row } from './bench.ts'
import { addPhotograph, databaseWith, pipelineOf, runAll } from './support/trivial-runs.ts'

/** In memory, where there is such a place: what the disk does meanwhile counts less. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const scan = 'scan0000'
const counts = [500, 2_000, 8_000]

/** Processor time of some runs one after the other, in ms a photograph. */
async function timed(photographs: number): Promise<Readonly<Record<string, number>>> {
  const times: Record<string, number> = {}
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    const start = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(start)
    times[name] = (user + system) / 1000 / photographs
  }
  const { path } = await databaseWith(photographs, scan, folder)
  const each = pipelineOf('[Step0]')
  await step('made', () => runAll(path, each, [scan]))
  await step('nothing to do', () => runAll(path, each, [scan]))
  await step('beside as many others', () => runAll(path, pipelineOf('[Beside]'), [scan]))
  await addPhotograph(path, scan)
  await step('one more', () => runAll(path, each, [scan]))
  rmSync(join(path, '..'), { recursive: true })

  const again = await databaseWith(photographs, scan, folder)
  await step('made in threads', () => runAll(again.path, each, [scan], threadsExecutor(2)))
  rmSync(join(again.path, '..'), { recursive: true })
  return times
}

/** The same runs with more and more photographs; the first only warms the compiler up. */
export async function growth(): Promise<Row[]> {
  await timed(counts[0])
  const rows: Row[] = []
  let first: Readonly<Record<string, number>> | undefined
  for (const photographs of counts) {
    const times = await timed(photographs)
    first ??= times
    for (const [run, ms] of Object.entries(times))
      rows.push({
        run,
        photographs,
        'ms a photograph': round(ms),
        'of the first': round(ms / first[run]),
      })
  }
  return rows
}

const bench: Bench = async (report) => {
  for (const row of await growth()) report(row)
}
export default bench
