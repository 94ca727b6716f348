// Who holds a lock: a record that tells later whether that process still lives.
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import * as z from 'zod'
import { systemCode } from '../../base/errors.ts'
import { once } from '../../base/memo.ts'
import type { JsonObject } from '../../base/types.ts'

const infoSchema = once(() => z.record(z.string(), z.json()))

/** The owner of a lock, as its file holds it; later versions may add to it. */
export const ownerSchema = once(() =>
  z.object({
    program: z.literal('romi-run'),
    pid: z.int().positive(),
    host: z.string(),
    /** Differs after each start of the machine; empty where the system does not tell. */
    boot: z.string(),
    /** Processes of two containers may share a number: this tells them apart; may be empty. */
    pidNamespace: z.string(),
    /** When the process began, in the kernel's ticks: process numbers are used again; may be empty. */
    started: z.string(),
    /** A part of paths: nothing but a UUID. */
    uuid: z.guid(),
    /** When the lock was taken, ISO 8601, by the owner's clock: to be shown, never compared. */
    since: z.string(),
    /** What the owner wants others to see, such as the id of its run. */
    info: z.custom<JsonObject>((value) => infoSchema().safeParse(value).success),
  }),
)

/** Who holds a lock. */
export type Owner = Readonly<z.infer<ReturnType<typeof ownerSchema>>>

/** `dead`: certainly gone. `alive`: certainly there. `unknown`: on a machine we cannot see. */
export type Pulse = 'alive' | 'dead' | 'unknown'

function readOr(read: () => string, fallback: string): string {
  try {
    return read()
  } catch (error) {
    // Systems without /proc, or a process that is gone.
    if (['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR', 'EINVAL'].includes(systemCode(error) ?? ''))
      return fallback
    throw error
  }
}

/** State letter and start time of a process by /proc (proc(5), fields 3 and 22). */
function processStat(pid: number | 'self'): { readonly state: string; readonly started: string } {
  const text = readOr(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '')
  // The command's name, in parentheses, may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', started: fields[19] ?? '' }
}

const machine = {
  host: hostname(),
  boot: readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), ''),
  pidNamespace: readOr(() => readlinkSync('/proc/self/ns/pid'), ''),
  started: processStat('self').started,
}

/** The start of this machine, by its kernel; empty where the system does not tell. */
export const thisBoot = machine.boot

/** A record of this process. */
export function thisProcess(info: JsonObject): Owner {
  const uuid = randomUUID()
  const since = new Date().toISOString()
  return { program: 'romi-run', pid: process.pid, ...machine, uuid, since, info }
}

/** The JSON of a text from a lock; `undefined` if it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Whether the process that took a lock still lives, as far as can be told from here. */
export function pulseOf(owner: Owner): Pulse {
  const isVisible =
    owner.host === machine.host &&
    owner.boot === machine.boot &&
    owner.pidNamespace === machine.pidNamespace
  if (!isVisible) return 'unknown'
  if (machine.started === '') return signalPulse(owner.pid)
  const { state, started } = processStat(owner.pid)
  if (started !== owner.started) return 'dead'
  // Z, X, x: ended, though its parent has not asked yet; its other threads may be about to end.
  return /^[ZXx]/.test(state) && threadsOf(owner.pid) <= 1 ? 'dead' : 'alive'
}

function threadsOf(pid: number): number {
  const names = readOr(() => readdirSync(`/proc/${pid}/task`).join('/'), '')
  return names.split('/').length
}

/** Without /proc: another process may bear the number by now, so `alive` may be wrong. */
function signalPulse(pid: number): Pulse {
  try {
    process.kill(pid, 0)
    return 'unknown'
  } catch (error) {
    return systemCode(error) === 'ESRCH' ? 'dead' : 'unknown'
  }
}
