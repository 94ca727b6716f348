// Survivors that Stryker would take for known for ever, whatever tests there are by now.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** The part of Stryker's report that is read here. */
interface KnownResults {
  readonly files: Readonly<Record<string, { mutants: readonly KnownMutant[] } | undefined>>
}

interface KnownMutant {
  readonly status: string
  /** Tests that run its code once its module is loaded. */
  readonly coveredBy?: readonly string[]
}

/**
 * Forgets, of these files, the survivors in code that runs while a module is loaded: a survivor is
 * tried again once another test covers it, but of these no test is known to.
 */
export function forgetStaticSurvivors(report: string, files: readonly string[]): void {
  if (!existsSync(report)) return
  // Safe: Stryker wrote it.
  const known = JSON.parse(readFileSync(report, 'utf8')) as KnownResults
  // Not by `static`: what a later run takes over from an earlier one has lost it.
  const isToStay = ({ status, coveredBy = [] }: KnownMutant) =>
    status !== 'Survived' || coveredBy.length > 0
  for (const name of files) {
    const file = known.files[name]
    if (file) file.mutants = file.mutants.filter(isToStay)
  }
  writeFileSync(report, JSON.stringify(known))
}
