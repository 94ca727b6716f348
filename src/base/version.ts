// Which romi-run this is.
import { readFileSync } from 'node:fs'
import { fromSources } from './from-sources.ts'

// From TypeScript sources this file stands one floor nearer to package.json than once it is built.
const up = fromSources ? '../..' : '../../..'
const manifest = new URL(`${up}/package.json`, import.meta.url)

/** As in package.json, for records of what was made. */
export const version =
  // Safe: npm sees to it that a package has a version.
  (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
