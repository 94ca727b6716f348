// Wires steps to one another: names become steps, defaults are added, artifacts are compared.
import type { Library } from '../task/library.ts'
import type { Slot } from '../task/slot.ts'
import { dummyTask } from '../task/sources.ts'
import type { Task } from '../task/task.ts'
import type { Document } from './document.ts'
import type { Remarks, Where } from './diagnostic.ts'
import { isRomiTaskName, romiTasks } from './foreign.ts'
import type { Wire } from './pipeline.ts'
import { nearest } from './suggest.ts'
import { readStep, slotsOf, type StepDraft } from './tables.ts'
import { tomlText } from './values.ts'

/** A slot that names a task of ROMI that the library lacks. */
export interface Lack {
  readonly step: string
  readonly slot: string
  readonly missing: string
  readonly where: Where
  /** The library's tasks that would do instead. */
  readonly fitting: readonly string[]
}

/** Steps with their wires, before targets are chosen. */
export interface Wiring {
  /** In the order of the file; the steps that others added come after. */
  readonly steps: ReadonlyMap<string, StepDraft>
  readonly wires: ReadonlyMap<string, Readonly<Record<string, Wire>>>
  readonly lacks: readonly Lack[]
}

/** What the wiring of one file needs at every turn. */
interface WiringContext {
  readonly library: Library
  readonly document: Document
  readonly remarks: Remarks
  readonly lacks: Lack[]
  /** What no module that was loaded has, if modules were left alone: a name of theirs, maybe. */
  readonly notLoaded: Set<string> | undefined
}

/**
 * Wires `named` tasks and all that they read.
 * @param named the tasks that have a table, then those that are asked for by name
 */
export function wireSteps(
  named: readonly Task[],
  library: Library,
  document: Document,
  remarks: Remarks,
  notLoaded?: Set<string>,
): Wiring {
  const bench: WiringContext = { library, document, remarks, lacks: [], notLoaded }
  const steps = new Map<string, StepDraft>()
  const wires = new Map<string, Readonly<Record<string, Wire>>>()
  const waiting = [...named]
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    if (steps.has(task.name)) continue
    const step = readStep(task, document, remarks)
    const own = wiresOf(step, bench)
    steps.set(task.name, step)
    wires.set(task.name, own)
    for (const wire of Object.values(own)) {
      const upstream = wire.is === 'step' ? library.get(wire.step) : undefined
      if (upstream !== undefined) waiting.push(upstream)
    }
  }
  return { steps, wires, lacks: bench.lacks }
}

function wiresOf(step: StepDraft, bench: WiringContext): Readonly<Record<string, Wire>> {
  const wires: Record<string, Wire> = {}
  for (const [name, slot] of Object.entries(slotsOf(step.task))) {
    const wire = wireOf(step, name, slot, bench)
    if (wire !== undefined) wires[name] = wire
  }
  return wires
}

/** @returns `undefined` if the slot is filled wrongly; `remarks` or `lacks` then says how */
function wireOf(step: StepDraft, name: string, slot: Slot, bench: WiringContext): Wire | undefined {
  const written = Object.hasOwn(step.slots, name) ? step.slots[name] : undefined
  const value = written === undefined ? (slot.options.default ?? '') : written.value
  const where = bench.document.where([step.name, written?.key ?? name])
  const key = `${step.name}.${name}`
  const mayBeEmpty = slot.options.default === undefined
  if (typeof value !== 'string' || (value === '' && !mayBeEmpty)) {
    const otherwise = mayBeEmpty ? '' : `; leave it out for ${slot.options.default}`
    bench.remarks.error('pipeline/wrong-value', where, {
      key,
      message: `${key} must be ${slotExpects(slot)}, not ${tomlText(value)}${otherwise}`,
    })
    return undefined
  }
  if (value === '') return { is: 'empty' }
  if (slot.is === 'scan') return { is: 'scan', scan: value, task: slot.task }
  if (isUnneeded(step, slot, value) && bench.library.has(dummyTask.name))
    return { is: 'step', step: dummyTask.name }
  return stepWire({ step, name, slot, where, key, value }, bench)
}

function isUnneeded({ task, params, slots }: StepDraft, slot: Slot, upstream: string): boolean {
  const calibrated = Object.entries<Slot>(slotsOf(task)).flatMap(([name, other]) =>
    other.is === 'scan' && (slots[name]?.value ?? '') !== '' ? [other.task] : [],
  )
  return slot.options.unneeded?.({ upstream, params, calibrated: new Set(calibrated) }) ?? false
}

/** What a slot expects in the file, for people. */
export const slotExpects = (slot: Slot): string =>
  slot.is === 'scan' ? 'the id of a scan, or ""' : 'the name of a task'

/** One slot with what was written into it. */
interface Filled {
  readonly step: StepDraft
  readonly name: string
  readonly slot: Slot
  readonly where: Where
  readonly key: string
  readonly value: string
}

function stepWire(filled: Filled, bench: WiringContext): Wire | undefined {
  const { step, slot, where, key, value } = filled
  const upstream = bench.library.get(value)
  const fitting = fittingTasks(slot, bench.library)
  const isLeft = bench.notLoaded !== undefined && !isRomiTaskName(value)
  if (upstream === undefined && isLeft) bench.notLoaded?.add(value)
  if (upstream === undefined && (isLeft || isRomiTaskName(value))) {
    bench.lacks.push({ step: step.name, slot: filled.name, missing: value, where, fitting })
    return undefined
  }
  if (upstream === undefined) {
    const suggestion = nearest(value, [...fitting, ...bench.library.keys(), ...romiTasks])
    bench.remarks.error('pipeline/unknown-upstream', where, {
      key,
      message: `${key} names "${value}", but there is no such task; these fit: ${listOfSteps(fitting)}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
    return undefined
  }
  if (!fits(slot, upstream)) {
    bench.remarks.error('pipeline/wrong-artifact', where, {
      key,
      message:
        `${key} takes ${slot.accepts.map((artifact) => artifact.name).join(' or ')}, ` +
        `but ${value} makes ${upstream.output.name}; these fit: ${listOfSteps(fitting)}`,
      ...(fitting.length === 1 ? { suggestion: fitting[0] } : {}),
    })
    return undefined
  }
  return { is: 'step', step: value }
}

/** The names that fit, unless nearly all tasks do: then a list is of no help. */
export const listOfSteps = (fitting: readonly string[]): string =>
  fitting.length === 0
    ? 'none'
    : fitting.length > 8
      ? 'many (romi-run tasks lists them)'
      : fitting.join(', ')

/** True if what a task makes is what a slot takes. */
function fits(slot: Slot, upstream: Task): boolean {
  if (slot.is === 'annotations') return true
  return slot.accepts.some((artifact) => artifact.name === upstream.output.name)
}

/** The tasks of the library that may fill a slot, by name. */
export function fittingTasks(slot: Slot, library: Library): string[] {
  const tasks = [...library.values()].filter((task) => fits(slot, task))
  return tasks.map((task) => task.name).sort()
}
