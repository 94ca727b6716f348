// Which results are asked for, and whether all that they need exists.
import type { Library } from '../task/library.ts'
import type { Document } from './document.ts'
import type { Remarks, Where } from './diagnostic.ts'
import { romiTasks, whyPassedOver } from './foreign.ts'
import { closureOf, type Readings } from './order.ts'
import { nearest } from './suggest.ts'
import { listOfSteps, type Lack, type Wiring } from './wiring.ts'

/** A target that was named, and where. */
export interface NamedTarget {
  readonly name: string
  readonly where: Where
}

/** The targets that flags or, without any, the file name; those that are no task are remarked. */
export function namedTargets(
  flags: readonly string[],
  listed: readonly string[],
  library: Library,
  document: Document,
  remarks: Remarks,
  notLoaded?: Set<string>,
): readonly NamedTarget[] {
  const all: NamedTarget[] =
    flags.length > 0
      ? flags.map((name) => ({ name, where: { flag: `--target ${name}` } }))
      : listed.map((name, i) => ({ name, where: document.where(['romi', 'targets', i]) }))
  return all.filter(({ name, where }) => {
    if (library.has(name)) return true
    const why = whyPassedOver(name)
    if (notLoaded && why === undefined) {
      notLoaded.add(name)
      return false
    }
    const suggestion =
      why === undefined ? nearest(name, [...library.keys(), ...romiTasks]) : undefined
    remarks.error('pipeline/unknown-target', where, {
      key: name,
      message: `there is no task "${name}" to ask for: ${why ?? 'romi-run tasks lists those there are'}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
    return false
  })
}

/** What is asked for, and which steps cannot be had because ROMI's task does not exist here. */
export interface Choice {
  readonly targets: readonly string[]
  readonly unavailable: ReadonlySet<string>
}

/**
 * Chooses the targets: those named, else every computing step that no other reads and that lacks
 * nothing. What a named target lacks is an error; any other step that lacks something is passed
 * over, with all that read it.
 */
export function chooseTargets(
  named: readonly NamedTarget[],
  { steps, lacks }: Wiring,
  reads: Readings,
  remarks: Remarks,
  notLoaded?: ReadonlySet<string>,
): Choice {
  const unavailable = readersOf(
    lacks.map((lack) => lack.step),
    reads,
  )
  const targets =
    named.length > 0
      ? [...new Set(named.map(({ name }) => name))].filter(
          (name) => !notLoaded || !unavailable.has(name),
        )
      : ends(
          [...steps.keys()].filter((step) => !unavailable.has(step)),
          steps,
          reads,
        )
  const needed = closureOf(targets, (step) => reads.get(step) ?? [])
  for (const lack of lacks)
    remarkLack(lack, needed.has(lack.step), remarks, notLoaded?.has(lack.missing) ?? false)
  return { targets, unavailable }
}

/** The steps that none of the others reads; sources only if there is nothing else. */
function ends(all: readonly string[], steps: Wiring['steps'], reads: Readings): string[] {
  const read = new Set(all.flatMap((step) => reads.get(step) ?? []))
  const unread = all.filter((step) => !read.has(step))
  const computing = unread.filter((step) => steps.get(step)?.task.is === 'computing')
  return computing.length > 0 ? computing : unread
}

function remarkLack(lack: Lack, isNeeded: boolean, remarks: Remarks, isLeft: boolean): void {
  const key = `${lack.step}.${lack.slot}`
  const left = isLeft ? 'module not loaded' : undefined
  const why = left ?? whyPassedOver(lack.missing) ?? 'this task of ROMI does not exist here'
  const says = `${key} reads ${lack.missing}: ${why}`
  if (isNeeded) {
    const message = `${says}; these would fit instead: ${listOfSteps(lack.fitting)}`
    remarks.error('pipeline/missing-upstream', lack.where, { key, message })
  } else {
    remarks.note('pipeline/passed-over', lack.where, {
      key,
      message: `${says}. ${lack.step} is passed over; these would fit instead: ${listOfSteps(lack.fitting)}`,
    })
  }
}

/** These steps and all that read them, directly or not. */
function readersOf(steps: Iterable<string>, reads: Readings): Set<string> {
  const readers = new Map<string, string[]>()
  for (const [step, upstreams] of reads) {
    for (const upstream of upstreams)
      readers.set(upstream, [...(readers.get(upstream) ?? []), step])
  }
  return closureOf(steps, (step) => readers.get(step) ?? [])
}
