// Parameter values as Luigi spells them in the names of filesets: Python's `str` and `json.dumps`.
//
// Compared with Luigi 3.5 and Python 3.11. Python tells `1` from `1.0`: in lists and maps the pipeline
// file says which is meant; a default in code is an integer where it can be one.
import type { Json } from '../base/types.ts'
import type { Spelling } from '../task/param.ts'

/**
 * A value as Luigi serialises it; of one that is not set, `null` where a list or a map is meant.
 * @param written the value as the pipeline file spells it, if it does
 */
export function luigiText(value: Json | undefined, spelling: Spelling, written?: unknown): string {
  if (value === undefined) return spelling === 'json' ? 'null' : ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number' && spelling === 'float') return pythonFloat(value)
  if (written === undefined) return pythonJson(value, plainNumber)
  return pythonJson(typeof written === 'string' ? numbersKept(written) : written, pythonFloat)
}

/** Up to 16 characters, those that a name cannot have as `_`. */
export const luigiPart = (text: string): string =>
  Array.from(text)
    .slice(0, 16)
    .join('')
    .replaceAll(/[^A-Za-z0-9_]/gu, '_')

/** A float as `repr` writes it: `1.0`, `1e-05`, `1e+16`; plain from 1e-4 up to 1e16. */
function pythonFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  // By the digits: a logarithm rounds what lies directly below a power of ten up to it.
  const scientific = value.toExponential()
  const exponent = Number(scientific.slice(scientific.indexOf('e') + 1))
  if (exponent < -4 || exponent >= 16) return scientific.replace(/e([+-])(\d)$/, 'e$10$2')
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** A number of which nobody says whether it is a float; above 2^53 it can be nothing else. */
const plainNumber = (value: number): string =>
  Number.isSafeInteger(value) ? String(value) : pythonFloat(value)

/** JSON as `json.dumps` writes it: spaces after commas and colons, nothing but ASCII. */
function pythonJson(value: unknown, number: (value: number) => string): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, number)).join(', ')}]`
  const entries = Object.entries(value).map(([k, v]) => `${quoted(k)}: ${pythonJson(v, number)}`)
  return `{${entries.join(', ')}}`
}

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** What JSON in a string stands for, with bigints for its whole numbers without a point. */
function numbersKept(text: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
  const marked = text.replaceAll(tokens, (token) =>
    /^-?\d+$/.test(token) ? `"${stringMark}${token}"` : token,
  )
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && /^\0-?\d+$/.test(value) ? BigInt(value.slice(1)) : value,
  ) as unknown
}

/** Begins the string that stands for a whole number; no string of a parameter begins with a NUL. */
const stringMark = String.raw`\u0000`
