// Where the published test scans lie, if they lie beside the project at all.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const beside = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')

/**
 * Absolute path of `../shared/data` from the project's root, a ROMI database of two scans;
 * `undefined` where it is absent: tests that need it then skip.
 */
export const sharedData: string | undefined = existsSync(beside) ? beside : undefined
