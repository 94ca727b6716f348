// The list of plants: quick rows at once, planned in the background, kept as long as nothing changed.
import { isRomiError } from '../../base/errors.ts'
import { lastFailures, type LastFailure } from '../../survey/last-failures.ts'
import { noteText } from '../../survey/notes.ts'
import { planScan, progressOf, type ScanPlan } from '../../survey/plan-scans.ts'
import { leftEditsText } from '../../plan/edits.ts'
import { misnamedText } from '../../survey/scans.ts'
import { statusOf, type StatusRow } from '../../survey/status.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { PlantList, PlantRow } from '../api.ts'
import type { Events } from '../events.ts'
import type { Served } from '../served.ts'
import { measuredOn } from './measured.ts'
import { brokenRow, quickRow, unreadRow } from './quick-row.ts'

/** A row, how the scan stood then, and whether it was planned by the pipeline of today. */
interface Known {
  readonly row: PlantRow
  readonly stamp: string
  readonly planned: boolean
}

/** A row, and the plan that it tells of. */
export interface Planned {
  readonly row: PlantRow
  /** Absent: there is no pipeline, or the scan cannot be read. */
  readonly plan?: ScanPlan
}

/** How long the list waits for rows that are not read yet, in ms: what is left is told later. */
const usualPatience = 300

/** How many plans of scans that are looked at are kept, and for how long, in ms. */
const plansKept = 8
const planLasts = 3000

/** The scans of what is served. */
export class Rows {
  readonly #served: Served
  readonly #events: Events
  readonly #known = new Map<string, Known>()
  readonly #plans = new Map<string, Planned & { readonly stamp: string; readonly at: number }>()
  readonly #patience: number
  /** To be read, and then to be planned, in this order. */
  readonly #unread = new Set<string>()
  readonly #waiting = new Set<string>()
  #work: Promise<void> | undefined
  #isClosed = false
  #pipeline = ''
  #failures: ReadonlyMap<string, LastFailure> | undefined

  /** @param patience how long the list waits for rows that are not read yet, in ms */
  constructor(served: Served, events: Events, patience = usualPatience) {
    this.#served = served
    this.#events = events
    this.#patience = patience
  }

  /** All rows, as far as they are known; the others are read, and planned, from now on. */
  async list(): Promise<PlantList> {
    const { steps, canPlan } = await this.#begin()
    const { db } = this.#served
    const ids = await db.scanIds()
    const misnamed = (await db.misnamedFolders()).map(misnamedText)
    this.#forgetAllBut(new Set(ids))
    const until = performance.now() + this.#patience
    const plants: PlantRow[] = []
    for (const id of ids) {
      const isTime = performance.now() < until
      const known = isTime ? await this.#upToDate(id) : this.#known.get(id)
      if (!known) this.#unread.add(id)
      plants.push(known?.row ?? unreadRow(id))
    }
    const unplanned = canPlan ? plants.filter((row) => row.steps === undefined && !row.broken) : []
    for (const { id } of unplanned) this.#waiting.add(id)
    this.#goOn()
    return { steps, plants, misnamed, unread: this.#unread.size, unplanned: unplanned.length }
  }

  /** Reads all rows before anybody asks for them: a browser takes its time to open the page. */
  async readAhead(): Promise<void> {
    await this.#begin()
    for (const id of await this.#served.db.scanIds()) this.#unread.add(id)
    this.#goOn()
  }

  /** These rows, planned now: what was changed by hand counts. */
  async now(ids: readonly string[]): Promise<PlantList> {
    const { steps } = await this.#begin()
    const plants: PlantRow[] = []
    for (const id of ids) plants.push((await this.#plan(id)).row)
    return { steps, plants, misnamed: [], unread: 0, unplanned: 0 }
  }

  /** A scan with its plan, which may be some seconds old if its index is as it was. */
  async planned(id: string): Promise<Planned> {
    await this.#begin()
    const last = this.#plans.get(id)
    const isFresh = last && performance.now() - last.at < planLasts
    if (isFresh && last.stamp === (await this.#stampOf(id))) return last
    return this.#plan(id)
  }

  /** Plans a scan when its turn comes; who listens is told. */
  later(id: string): void {
    this.#waiting.add(id)
    this.#goOn()
  }

  /** Looks which scans changed, came or went since. */
  async look(): Promise<void> {
    const ids = await this.#served.db.scanIds()
    const hasOthers = ids.length !== this.#known.size || ids.some((id) => !this.#known.has(id))
    if (hasOthers && this.#known.size > 0) this.#events.tell({ is: 'plants' })
    await this.#begin()
    for (const id of ids) {
      const known = this.#known.get(id)
      if (known && known.stamp !== (await this.#stampOf(id))) this.later(id)
    }
  }

  /** Ends the work in the background. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#work
  }

  /** The names of the steps; after a change of the pipeline nothing counts as planned. */
  async #begin(): Promise<{ readonly steps: readonly string[]; readonly canPlan: boolean }> {
    const stamp = this.#served.pipelineStamp()
    if (stamp !== this.#pipeline) {
      this.#pipeline = stamp
      this.#known.clear()
      this.#plans.clear()
      this.#events.tell({ is: 'pipeline' })
    }
    this.#failures = undefined
    const now = await this.#served.pipeline()
    if (now.is !== 'ok') return { steps: [], canPlan: false }
    const { pipeline } = now.opened
    const computing = [...pipeline.steps.values()].filter(({ task }) => task.is === 'computing')
    return {
      steps: [...computing.map(({ name }) => name), ...pipeline.notLoaded],
      canPlan: true,
    }
  }

  #forgetAllBut(ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id)
  }

  async #upToDate(id: string): Promise<Known> {
    const scan = await this.#scanCalled(id)
    const stamp = typeof scan === 'string' ? scan : scan.stamps.ofIndex()
    const known = this.#known.get(id)
    if (known && known.stamp === stamp) return known
    const row = typeof scan === 'string' ? brokenRow(id, scan) : await quickRow(scan)
    const found = { row, stamp, planned: false }
    this.#known.set(id, found)
    return found
  }

  /** The scan, or why it cannot be read. */
  async #scanCalled(id: string): Promise<Scan | string> {
    try {
      return await this.#served.db.getScan(id)
    } catch (error) {
      if (!isRomiError(error)) throw error
      return error.message
    }
  }

  async #stampOf(id: string): Promise<string> {
    const scan = await this.#scanCalled(id)
    return typeof scan === 'string' ? scan : scan.stamps.ofIndex()
  }

  #goOn(): void {
    if (this.#isClosed || this.#unread.size + this.#waiting.size === 0) return
    this.#work ??= this.#workOff()
  }

  /** Reads what was not read, then plans what waits. */
  async #workOff(): Promise<void> {
    for (const id of this.#unread) {
      if (!(await this.#hasTurn())) break
      this.#unread.delete(id)
      if (this.#known.has(id)) continue
      this.#events.tell({ is: 'plant', row: (await this.#upToDate(id)).row })
    }
    for (const id of this.#waiting) {
      if (!(await this.#hasTurn())) break
      this.#waiting.delete(id)
      const { row } = await this.#plan(id)
      this.#events.tell({ is: 'plant', row })
    }
    this.#work = undefined
    this.#goOn()
  }

  /** A request that waits has its turn between two scans. */
  async #hasTurn(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve))
    return !this.#isClosed
  }

  async #plan(id: string): Promise<Planned> {
    const scan = await this.#scanCalled(id)
    const stamp = typeof scan === 'string' ? scan : scan.stamps.ofIndex()
    const quick = typeof scan === 'string' ? brokenRow(id, scan) : await quickRow(scan)
    const found: Planned = quick.broken === undefined ? await this.#whole(quick) : { row: quick }
    this.#known.set(id, { row: found.row, stamp, planned: true })
    this.#plans.delete(id)
    this.#plans.set(id, { ...found, stamp, at: performance.now() })
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= plansKept) break
      this.#plans.delete(oldest)
    }
    return found
  }

  async #whole(quick: PlantRow): Promise<Planned> {
    const { db } = this.#served
    const scan = await db.getScan(quick.id)
    const now = await this.#served.pipeline()
    if (now.is !== 'ok') return { row: { ...quick, ...(await measuredOn(scan)) } }
    const { pipeline, library } = now.opened
    const plan = await planScan(pipeline, library, db, scan.id, progressOf(pipeline))
    await db.release(scan.id)
    this.#failures ??= lastFailures(db.path)
    const status = statusOf(plan, this.#failures, pipeline.notLoaded)
    const measured = await measuredOn(scan, currentOf(plan, 'AnglesAndInternodes'))
    return { row: { ...quick, ...measured, ...statusTold(status) }, plan }
  }
}

/** The fileset that is the result of a step today. */
export function currentOf(plan: ScanPlan, step: string): string | undefined {
  if (plan.is === 'broken') return undefined
  const decision = plan.steps.find((planned) => planned.step.name === step)?.decision
  return decision?.do === 'reuse' ? decision.fileset : undefined
}

function statusTold(status: StatusRow): Pick<PlantRow, 'broken' | 'steps' | 'checks' | 'notes'> {
  const { broken, steps, checks, notes, leaves, scan } = status
  if (broken !== undefined) return { broken, notes: [] }
  const left = Object.entries(leaves).map(([step, edits]) => `${step}: ${leftEditsText(edits)}`)
  return {
    steps: Object.fromEntries(steps),
    checks: Object.fromEntries(checks),
    notes: [...notes.map((note) => noteText(scan, note)), ...left],
  }
}
