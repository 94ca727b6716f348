// Programs of the machine that some tests need, and whether their absence may be passed over.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** `ROMI_REQUIRE=colmap,slurm`: tests that need one of these fail where it is absent. */
const required = new Set((process.env['ROMI_REQUIRE'] ?? '').split(',').filter(Boolean))

/** Whether `program` is found on the `PATH`. */
function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false // not there, or nobody may run it
    }
  })
}

/**
 * Whether tests that need a program can run: `test.skipIf(!has('slurm', 'sbatch', 'munged'))`.
 *
 * @param name      what `ROMI_REQUIRE` calls it
 * @param programs  the programs that must be on the `PATH`; by default the name itself
 * @throws if one is absent and the name stands in `ROMI_REQUIRE`: then a skip would hide a failure
 */
export function has(name: string, ...programs: readonly string[]): boolean {
  const absent = (programs.length === 0 ? [name] : programs).filter((each) => !isOnPath(each))
  if (absent.length > 0 && required.has(name)) {
    throw new Error(`ROMI_REQUIRE names ${name}, but ${absent.join(', ')} is not on the PATH`)
  }
  return absent.length === 0
}
