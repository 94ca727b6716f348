// What the checks of a result say: the values in its record, held against the limits of today.
import { some } from '../base/some.ts'
import type { Json } from '../base/types.ts'
import type { Step } from '../pipeline/pipeline.ts'
import { checkedValues, type Check, type CheckLimits } from '../task/check.ts'
import type { CheckReport, FileValue } from './check-report.ts'
import type { StepRecord } from './facts/record.ts'

/**
 * All checks that the task of a step declares, in their order.
 *
 * @param edited ids of the files that were changed since the step made them
 */
export function judge(
  { task, checks: given }: Pick<Step, 'task' | 'checks'>,
  record: StepRecord,
  edited: readonly string[],
): readonly CheckReport[] {
  if (task.is !== 'computing') return []
  const isWhole = task.each === undefined
  return Object.entries(given ?? task.checks ?? {}).map(([name, check]) =>
    isWhole ? ofWhole(name, check, record, edited) : ofFiles(name, check, record, edited),
  )
}

/** The messages of the broken ones. */
export const doubtsIn = (reports?: readonly CheckReport[]): readonly string[] =>
  reports?.flatMap(({ message }) => (message === undefined ? [] : [message])) ?? []

function ofWhole(
  name: string,
  check: Check,
  record: StepRecord,
  edited: readonly string[],
): CheckReport {
  const value = recordedValues(record.checks)[name]
  const about = aboutOf(name, check)
  if (!value) return { ...about, is: 'unknown', broken: [] }
  if (edited.length > 0) return { ...about, is: 'edited', edited, broken: [] }
  const range = checkRange([value.value])
  const side = sideOf(value.value, check)
  if (!side) return { ...about, is: 'fine', range, broken: [] }
  const note = value.note === undefined ? '' : ` (${value.note})`
  const what = `${name} is ${valueWithUnit(value.value, check)}${note}, ${beyond(side, check)}`
  return { ...about, is: 'broken', range, broken: [value], message: what + adviceOf(side, check) }
}

function ofFiles(
  name: string,
  check: Check,
  { outputs }: StepRecord,
  edited: readonly string[],
): CheckReport {
  const all = Object.entries(outputs).flatMap(([file, output]) => {
    const value = recordedValues(output.checks)[name]
    return value ? [{ file, ...value }] : []
  })
  const isEdited = new Set(edited)
  const stale = all.flatMap(({ file }) => (isEdited.has(file) ? [file] : []))
  const values = all.filter(({ file }) => !isEdited.has(file))
  const about = { ...aboutOf(name, check), ...(stale.length > 0 && { edited: stale }) }
  if (values.length === 0)
    return { ...about, is: stale.length > 0 ? 'edited' : 'unknown', broken: [] }
  const range = checkRange(values.map(({ value }) => value))
  const known = { ...about, range, files: values.length }
  const broken = limitSides
    .map((side) => ({
      side,
      of: values.filter(({ value }) => sideOf(value, check, range.median) === side),
    }))
    .filter(({ of }) => of.length > 0)
  if (broken.length === 0) return { ...known, is: 'fine', broken: [] }
  const messages = broken.map(({ side, of }) => filesMessage(name, side, of, check, range.median))
  return {
    ...known,
    is: 'broken',
    broken: broken.flatMap(({ of }) => of),
    message: messages.join('; '),
  }
}

const limitSides = ['low', 'high', 'odd'] as const
type LimitSide = (typeof limitSides)[number]

/** On which side a value is out of bounds. What is not set is NaN, beyond which nothing is. */
function sideOf(
  value: number,
  { min = NaN, max = NaN, far = NaN }: CheckLimits,
  median = NaN,
): LimitSide | undefined {
  if (value < min) return 'low'
  if (value > max) return 'high'
  return value > far * median || far * value < median ? 'odd' : undefined
}

function filesMessage(
  name: string,
  side: LimitSide,
  values: readonly FileValue[],
  check: Check,
  median: number,
): string {
  const named = values.map(({ file, value }) => `${file} (${valueWithUnit(value, check)})`)
  const limit =
    side === 'odd' ? `${beyond(side, check)} ${valueWithUnit(median, check)}` : beyond(side, check)
  return `${name} of ${some(named)} is ${limit}${adviceOf(side, check)}`
}

function beyond(side: LimitSide, check: Check): string {
  switch (side) {
    case 'low':
      return `below ${valueWithUnit(check.min!, check)}` // safe: it is the limit that was broken
    case 'high':
      return `above ${valueWithUnit(check.max!, check)}` // safe: as above
    case 'odd':
      return `more than ${check.far} times off the median`
  }
}

const adviceOf = (side: LimitSide, check: Check): string =>
  check[side] === undefined ? '' : `: ${check[side]}`

/** Three digits will do, with the unit. */
const valueWithUnit = (value: number, { unit }: Check): string =>
  `${Number(value.toPrecision(3))}${unit === undefined ? '' : ` ${unit}`}`

// Safe: a record is made of JSON values only.
const recordedValues = (checks: StepRecord['checks']) => checkedValues(checks as Json | undefined)

const aboutOf = (check: string, { unit, min, max, far }: Check) => ({
  check,
  ...(unit !== undefined && { unit }),
  limits: {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(far !== undefined && { far }),
  },
})

function checkRange(values: readonly number[]): NonNullable<CheckReport['range']> {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
  // Safe: nobody asks of no value.
  return { least: sorted[0], median: middle, greatest: sorted.at(-1)! }
}
