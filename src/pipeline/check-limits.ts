// The table [Task.romi.checks]: other limits for the checks of a task. They are in no key.
import * as z from 'zod'
import type { Check, Checks } from '../task/check.ts'
import { param, type Params } from '../task/param.ts'

/** `inf` and `-inf` are limits that nothing breaks. */
const bound = () =>
  z
    .union([z.number(), z.custom<number>((value) => value === Infinity || value === -Infinity)])
    .optional()

const wholeLimits = () => z.strictObject({ min: bound(), max: bound() })
const fileLimits = () => z.strictObject({ min: bound(), max: bound(), far: bound() })

/** The limits that a table may state of one check. */
export type StatedLimits = z.infer<ReturnType<typeof fileLimits>>

/** What `[Task.romi.checks]` may hold: a table of limits for each check. */
export const checkParams = (checks: Checks, isOfFiles: boolean): Params =>
  Object.fromEntries(
    Object.entries(checks).map(([name, { doc }]) => [
      name,
      param.of<StatedLimits | undefined>(isOfFiles ? fileLimits : wholeLimits, {
        default: undefined,
        doc: `Limits beyond which to warn. ${doc}`,
        expects: `a table of ${isOfFiles ? 'min, max and far' : 'min and max'}, such as { max = 0.5 }`,
      }),
    ]),
  )

/** The checks with the limits that the file states; one that is infinite is none. */
export function withLimits(
  checks: Checks,
  stated: Readonly<Record<string, StatedLimits | undefined>>,
): Checks {
  const all = Object.entries(checks).map(([name, check]) => {
    const limits = Object.entries({ ...check, ...stated[name] })
    // Safe: what is left out is optional, and no limit but a number was put in.
    const finite = limits.filter(([, value]) => Math.abs(Number(value)) !== Infinity)
    return [name, Object.fromEntries(finite) as unknown as Check] as const
  })
  return Object.fromEntries(all)
}
