// Two variants of angles and internodes side by side: which organ is which, and what was changed.
import { isJsonObject, type Json } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { jsonEqual } from '../../base/json.ts'
import { recordIn, type StepRecord } from '../../plan/facts/record.ts'
import type { Comparison, Organs } from '../api.ts'
import { organsIn } from './organs.ts'

/** @throws RomiError `store/fileset-missing`, `web/not-found` */
export async function compared(scan: Scan, a: string, b: string): Promise<Comparison> {
  const [first, second] = [await scan.getFileset(a), await scan.getFileset(b)]
  const [left, right] = [await organsIn(first), await organsIn(second)]
  return {
    a: left,
    b: right,
    pairs: pairsOf(left, right),
    changes: changesBetween(await chainOf(scan, a), await chainOf(scan, b)),
  }
}

/**
 * Organs of two variants that are the same one: each other's nearest by insertion and tip, and not
 * farther apart than half a typical organ is long. The variants share the axes of their scan.
 */
export function pairsOf(
  { organs: a }: Pick<Organs, 'organs'>,
  { organs: b }: Pick<Organs, 'organs'>,
): Comparison['pairs'] {
  const limit = (middleValue([...a, ...b].map(({ length }) => length)) ?? 0) / 2
  const nearestIn = (of: Organs['organs'][number], all: Organs['organs']): number => {
    let [best, least] = [-1, limit]
    all.forEach((one, i) => {
      const far = (gapOf(of.insertion, one.insertion) + gapOf(of.tip, one.tip)) / 2
      if (far <= least) [best, least] = [i, far]
    })
    return best
  }
  const partner = a.map((organ, i) => {
    const j = nearestIn(organ, b)
    return j >= 0 && nearestIn(b[j], a) === i ? j : -1
  })
  const alone = b.flatMap((_, j) => (partner.includes(j) ? [] : [{ b: j }]))
  const paired = partner.map((j, i) => ({ a: i, ...(j >= 0 && { b: j }) }))
  // Heights are counted from the base of each stem, and one of the stems may begin further up.
  const lifts = paired.flatMap(({ a: i, b: j }) =>
    j === undefined ? [] : [b[j].height - a[i].height],
  )
  const lift = middleValue(lifts) ?? 0
  const heightOf = (pair: { readonly a?: number; readonly b?: number }): number =>
    pair.b !== undefined ? b[pair.b].height : a[pair.a!].height + lift // a pair has one of them at least
  return [...paired, ...alone].sort((x, y) => heightOf(x) - heightOf(y))
}

const middleValue = (values: readonly number[]): number | undefined =>
  [...values].sort((x, y) => x - y)[values.length >> 1]

const gapOf = (p: readonly number[], q: readonly number[]): number =>
  Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])

/** The steps that led to a fileset, by task, as far as their filesets are there. */
async function chainOf(scan: Scan, id: string): Promise<ReadonlyMap<string, StepRecord>> {
  const metadata = await scan.filesetsMetadata()
  const found = new Map<string, StepRecord>()
  const open: string[] = [id]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const of = [...metadata].find(([fileset]) => fileset === one)?.[1]
    const record = of && recordIn(of)
    const task = of?.task_name
    if (!record || typeof task !== 'string' || found.has(task)) continue
    found.set(task, record)
    for (const input of Object.values(record.inputs)) if (input.fileset) open.push(input.fileset)
  }
  return found
}

/** Parameters that are not the same, the steps nearest to the photographs last. */
function changesBetween(
  a: ReadonlyMap<string, StepRecord>,
  b: ReadonlyMap<string, StepRecord>,
): Comparison['changes'] {
  const tasks = [...new Set([...a.keys(), ...b.keys()])]
  return tasks.flatMap((task) => {
    const [left, right] = [paramsOf(a.get(task)), paramsOf(b.get(task))]
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
    return names
      .filter((name) => !jsonEqual(left[name], right[name]))
      .map((parameter) => ({
        task,
        parameter,
        ...(left[parameter] !== undefined && { a: left[parameter] }),
        ...(right[parameter] !== undefined && { b: right[parameter] }),
      }))
  })
}

const paramsOf = (record: StepRecord | undefined): Readonly<Record<string, Json>> =>
  record && isJsonObject(record.params) ? record.params : {}
