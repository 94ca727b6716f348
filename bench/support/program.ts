// Runs romi-run as people do, and measures what it takes.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import type { RunEvent } from '../../src/run/event.ts'

/** The program as it is built. */
export const program = join(import.meta.dirname, '..', '..', 'dist', 'src', 'bin.js')

/** What a run told and took. */
export interface Measured {
  readonly code: number
  readonly events: readonly RunEvent[]
  readonly seconds: number
  /** Of all its processes together. */
  readonly cpuSeconds: number
  /** The most memory that the program itself held, in MB; programs that it starts do not count. */
  readonly memory: number
}

/** Runs it to its end; what it tells people goes to stderr. */
export function romiRun(...args: readonly string[]): Promise<Measured> {
  const start = performance.now()
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const events: RunEvent[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Safe: with --json, stdout is one event a line.
    const event = JSON.parse(line) as RunEvent
    events.push(event)
    if (event.is === 'finished')
      console.error(`  ${event.step}: ${event.seconds.toFixed(1)} s, ${event.fileset}`)
    if (event.is === 'failed') console.error(`  ${event.step}: ${event.failure.message}`)
  })
  let [cpuSeconds, memory] = [0, 0]
  const watch = setInterval(() => {
    const now = usageOf(child.pid)
    if (!now) return
    cpuSeconds = now.cpuSeconds
    memory = Math.max(memory, now.memory) // of one that has just ended, Linux tells none
  }, 100)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearInterval(watch)
      const seconds = (performance.now() - start) / 1000
      resolve({ code: code ?? -1, events, seconds, cpuSeconds, memory })
    })
  })
}

/** What Linux says of a process: its own time and that of the children that have ended. */
function usageOf(pid: number | undefined) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // behind the name, which may hold blanks: utime, stime, cutime, cstime are fields 14 to 17
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0)
    return { cpuSeconds: ticks / 100, memory: peak / 1024 }
  } catch {
    return undefined // it has just ended, or this is no Linux
  }
}

/** CPU seconds of all processes that this one started and that are there, and of theirs. */
export function cpuSecondsBelow(): number {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const parent = parentOf(pid)
        return parent === undefined ? [] : [[pid, parent] as const]
      }),
  )
  const isBelow = (pid: string): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && (parent === String(process.pid) || isBelow(parent))
  }
  const below = [...parents.keys()].filter(isBelow)
  return below.reduce((sum, pid) => sum + (usageOf(Number(pid))?.cpuSeconds ?? 0), 0)
}

function parentOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  } catch {
    return undefined // as above
  }
}

/** How long a step took. */
export const secondsOf = ({ events }: Measured, step: string): number =>
  events.flatMap((event) =>
    event.is === 'finished' && event.step === step ? [event.seconds] : [],
  )[0] ?? NaN

/** The fileset that stands for a step after a run, made or found. */
export const filesetOf = ({ events }: Measured, step: string): string =>
  events.flatMap((event) =>
    (event.is === 'finished' || event.is === 'reused') && event.step === step && event.fileset
      ? [event.fileset]
      : [],
  )[0] ?? ''

/** The steps that ran. */
export const ranIn = ({ events }: Measured): readonly string[] =>
  events.flatMap((event) => (event.is === 'finished' ? [event.step] : []))
