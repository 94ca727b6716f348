// Numbers, dates and durations as people read them.
import { duration } from '../../../base/number-words.ts'

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** What is no date is shown as it is. */
export function dayOf(date: string | undefined): string {
  if (date === undefined) return ''
  const time = new Date(date)
  return Number.isNaN(time.getTime()) ? date : day.format(time)
}

/** With hours and minutes. */
export function momentOf(date: string | undefined): string {
  if (date === undefined) return ''
  const time = new Date(date)
  return Number.isNaN(time.getTime()) ? date : moment.format(time)
}

/** Empty while it is not known. @param seconds of any length */
export const durationOf = (seconds: number | undefined): string =>
  seconds === undefined ? '' : duration(seconds)

/** Three digits, which is more than a measurement of a plant bears. */
export const threeDigitText = (value: number): string => String(Number(value.toPrecision(3)))

/** Numbers of a column with as many decimals each, three digits of the largest. */
export function columnText(values: readonly (number | undefined)[]): (value: number) => string {
  const largest = Math.max(...values.map((value) => Math.abs(value ?? 0)))
  const whole = largest > 0 ? Math.floor(Math.log10(largest)) : 0
  const decimals = Math.min(6, Math.max(1, 2 - whole))
  return (value) => value.toFixed(decimals)
}

/** A unit of a parameter, for people; `length` is that of the scan. */
export const unitWords = (unit: string | undefined): string =>
  unit === 'length' ? 'in the unit of the scan' : (unit ?? '')

/** A JSON value in a line, as a pipeline file would spell it. */
export const parameterText = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)

/** A name in two lines, as even as its words allow, if it is longer than `longest` characters. */
export function brokenName(name: string, longest = 20): string {
  if (name.length <= longest) return name
  const breaks = [...name.matchAll(/(?<=[a-z])(?=[A-Z])/g)].map(({ index }) => index)
  const longer = (at: number) => Math.max(at, name.length - at)
  const [best] = breaks.sort((a, b) => longer(a) - longer(b))
  return best === undefined ? name : `${name.slice(0, best)}\n${name.slice(best)}`
}
