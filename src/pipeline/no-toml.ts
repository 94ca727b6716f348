// Text that is no TOML: where it went wrong, and what was probably meant.
import type { TomlError } from 'smol-toml'
import type { Remarks } from './diagnostic.ts'

/** Adds what is wrong with a text that could not be parsed, with the line and the column. */
export function remarkNoToml(
  { message: whole, line, column }: TomlError,
  text: string,
  file: string,
  remarks: Remarks,
): void {
  const what = whole.split('\n')[0].replace(/^Invalid TOML document: /, '')
  const place = { file, line, column }
  if (what.includes('already defined')) {
    const key = keyAt(text, line)
    const message = `${key ?? 'this'} is there already, further up: keep one of them`
    remarks.error('pipeline/duplicate-key', { place }, { message, ...(key && { key }) })
    return
  }
  const slip = slipIn(text.split('\n')[line - 1] ?? '')
  const message = `this is no valid TOML: ${what}${slip === undefined ? '' : `. ${slip}`}`
  remarks.error('pipeline/syntax', { place }, { message })
}

/** What people write who come from other languages, behind the = of a line. */
const slipsOfValues: readonly (readonly [RegExp, string])[] = [
  [/^[-+]?\d+,\d/, 'A number has a point, not a comma: 0.2'],
  [/^[-+]?\.\d/, 'A number begins with a digit: 0.2'],
  [/^(True|False|TRUE|FALSE)\b/, 'Write true or false, in small letters'],
  [/^(None|null)\b/, 'TOML has no empty value: leave the line out for the default'],
  [/^[“”„‘’]/, 'Straight quotes stand around text: "linear"'],
  [/^(?!(true|false|inf|nan)\b)\p{L}/u, 'Text stands in quotes: "linear"'],
  [/^"[^"]*\\/, "A path with backslashes stands in single quotes: 'C:\\data'"],
  [/^("[^"]*|'[^']*)$/, 'The text has no quote at its end'],
]

/** And instead of a name and its value. */
const slipsOfLines: readonly (readonly [RegExp, string])[] = [
  [/^(\/\/|;|--)/, 'A comment begins with #'],
  [/^[\w-]+\s*:/, 'A name and its value stand on both sides of =: threshold = 0.2'],
]

function slipIn(line: string): string | undefined {
  const value = /^[^=#]*=\s*(.*)$/s.exec(line)?.[1]
  const ofValue = value === undefined ? undefined : slipsOfValues.find(([is]) => is.test(value))
  return (ofValue ?? slipsOfLines.find(([is]) => is.test(line.trim())))?.[1]
}

/** The name that a line of TOML defines, with the table that it stands in. */
function keyAt(text: string, line: number): string | undefined {
  const lines = text.split('\n').slice(0, line)
  const own = tableIn(lines[line - 1])
  if (own !== undefined) return own
  const equals = lines[line - 1].indexOf('=')
  const key = lines[line - 1].slice(0, Math.max(equals, 0)).trim() || undefined
  const table = lines.findLast((earlier) => tableIn(earlier) !== undefined)
  const inside = table === undefined ? undefined : tableIn(table)
  return key === undefined || inside === undefined ? key : `${inside}.${key}`
}

/** The name in `[name]` or `[[name]]`; each character is looked at once, however the line goes on. */
function tableIn(line: string): string | undefined {
  const inside = /^\s*\[\[?([^\]]*)\]/.exec(line)?.[1].trim()
  return inside === '' ? undefined : inside
}
