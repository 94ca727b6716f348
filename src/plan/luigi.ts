// Parameter values as Luigi spells them in the names of filesets: Python's `str` and `json.dumps`.
//
// Compared with Luigi 3.5 and Python 3.11. In lists and maps a whole number is spelled as an integer:
// TOML's `1` and `1.0` are the same value here.
import type { Json } from '../base/types.ts'
import type { Spelling } from '../task/param.ts'

/** A value as Luigi serialises it; of one that is not set, `null` where a list or a map is meant. */
export function luigiText(value: Json | undefined, spelling: Spelling): string {
  if (value === undefined) return spelling === 'json' ? 'null' : ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number' && spelling === 'float') return pythonFloat(value)
  return pythonJson(value)
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

/** JSON as `json.dumps` writes it: spaces after commas and colons, nothing but ASCII. */
function pythonJson(value: Json): string {
  if (typeof value === 'number') return Number.isInteger(value) ? digits(value) : pythonFloat(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  // Safe: only lists are excluded by the line above, so the values of a map are JSON.
  const entries = Object.entries(value).map(([k, v]) => `${quoted(k)}: ${pythonJson(v as Json)}`)
  return `{${entries.join(', ')}}`
}

/** A whole number without an exponent, however large; above 2^53 it can only be a float. */
const digits = (value: number): string =>
  Number.isSafeInteger(value) ? String(value) : pythonFloat(value)

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
