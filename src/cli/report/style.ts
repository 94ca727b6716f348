// Colours, or none: what is printed reads the same without them.
import type { ColorWish, TextStream } from '../cli-context.ts'
import { controlSequence } from './visible.ts'

/** Marks up text for a terminal; each function gives its text back unchanged where there is none. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly blue: (text: string) => string
}

const sequence = (on: number, off: number) => (text: string) =>
  `${controlSequence(`${on}m`)}${text}${controlSequence(`${off}m`)}`
const asIs = (text: string): string => text

/** Text as it is. */
export const plainStyle: Style = {
  bold: asIs,
  dim: asIs,
  red: asIs,
  green: asIs,
  yellow: asIs,
  blue: asIs,
}

const colourful: Style = {
  bold: sequence(1, 22),
  dim: sequence(2, 22),
  red: sequence(31, 39),
  green: sequence(32, 39),
  yellow: sequence(33, 39),
  blue: sequence(34, 39),
}

/**
 * Colours only on a terminal, unless wished otherwise; `NO_COLOR` and `FORCE_COLOR` are heeded.
 * See https://no-color.org and https://force-color.org.
 */
export function styleFor(
  stream: TextStream,
  wish: ColorWish,
  env: Readonly<Record<string, string | undefined>>,
): Style {
  if (wish !== 'auto') return wish === 'always' ? colourful : plainStyle
  if ((env.NO_COLOR ?? '') !== '') return plainStyle
  if ((env.FORCE_COLOR ?? '') !== '') return env.FORCE_COLOR === '0' ? plainStyle : colourful
  return stream.isTTY === true && env.TERM !== 'dumb' ? colourful : plainStyle
}
