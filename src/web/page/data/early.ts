// Answers that were asked for before they are needed: each is taken once, and forgotten when its scan changes.

/** Who has not opened by then what she pointed at looks at something else, in ms. */
const freshFor = 10_000

interface EarlyAnswer {
  readonly scan: string
  readonly at: number
  /** Undefined: it went wrong, as whoever needs it will be told. */
  readonly answer: Promise<Response | undefined>
}

const early = new Map<string, EarlyAnswer>()

const isLasting = ({ at }: EarlyAnswer): boolean => performance.now() - at < freshFor

/**
 * Asks now what will be asked soon about a scan.
 *
 * @returns a copy of the answer; undefined: it is asked for already, or it went wrong
 */
export async function askEarly(scan: string, path: string): Promise<Response | undefined> {
  const known = early.get(path)
  if (known && isLasting(known)) return undefined
  const answer = fetch(path).then(
    (it) => (it.ok ? it : undefined),
    () => undefined,
  )
  early.set(path, { scan, at: performance.now(), answer })
  return (await answer)?.clone()
}

/** The answer that was asked for, for whoever comes first; undefined: it was not. */
export function takeEarly(path: string): EarlyAnswer['answer'] | undefined {
  const known = early.get(path)
  early.delete(path)
  return known && isLasting(known) ? known.answer : undefined
}

/** Whether nobody took the answer yet. */
export const isEarly = (path: string): boolean => early.has(path)

/** What was answered of a scan, or of all, may be untrue by now. */
export function forgetEarly(scan?: string): void {
  for (const [path, of] of early) if (scan === undefined || of.scan === scan) early.delete(path)
}
