// Checks one value of the file against what its parameter may be.
import type * as z from 'zod'
import type { Param } from '../task/param.ts'
import type { Document } from './document.ts'
import type { Remarks } from './diagnostic.ts'
import type { Path } from './places.ts'
import { nearest } from './suggest.ts'

/**
 * The parsed value of a parameter; each thing that is wrong with it is remarked at its own line.
 * @param path where the value stands, under whatever name
 * @param key what people call it: `Masks.threshold`
 * @returns `undefined` also if the value is wrong
 */
export function readValue(
  param: Param,
  value: unknown,
  path: Path,
  key: string,
  document: Document,
  remarks: Remarks,
): unknown {
  if (param.isPlain(value)) return value
  const result = param.schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    // Safe: TOML has no symbols for keys.
    const inside = issue.path as (string | number)[]
    const where = document.where([...path, ...inside])
    const suggestion = choiceMeant(issue, value)
    remarks.error('pipeline/wrong-value', where, {
      key: [key, ...inside].join('.'),
      message: messageOf(issue, param, [key, ...inside].join('.'), value),
      ...(suggestion === undefined ? {} : { suggestion }),
    })
  }
  return undefined
}

/** An issue at the top says what is expected; a deeper or custom one says its own as well. */
function messageOf(issue: z.core.$ZodIssue, param: Param, key: string, value: unknown): string {
  const own = issue.path.length > 0 || issue.code === 'custom' || issue.code === 'unrecognized_keys'
  const said = own ? `: ${issue.message.replace(/^Invalid input: /, '')}` : ''
  return `${key} must be ${param.expects}, not ${tomlText(value)}${said}`
}

function choiceMeant(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return undefined
  return nearest(value, issue.values.map(String))
}

/** A value as TOML's users know it, cut if it is long. */
export function tomlText(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
