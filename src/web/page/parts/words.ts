// Numbers, dates and durations as people read them.

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

/** @param seconds of any length */
export function durationOf(seconds: number | undefined): string {
  if (seconds === undefined) return ''
  if (seconds < 0.1) return '< 0.1 s'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return ''
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let i = 0
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000
    i++
  }
  return `${value < 10 && i > 0 ? value.toFixed(1) : Math.round(value)} ${units[i]}`
}

/** Three digits, which is more than a measurement of a plant bears. */
export const threeDigitText = (value: number): string => String(Number(value.toPrecision(3)))

/** `1 organ`, `2 organs`. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** A JSON value in a line, as a pipeline file would spell it. */
export const parameterText = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
