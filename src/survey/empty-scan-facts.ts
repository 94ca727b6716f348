// A scan that a pipeline will make, as the plan sees it before: there is nothing in it.
import type { ScanFacts } from '../plan/facts/facts.ts'

const noFileset = (): never => {
  throw new Error('a scan that does not exist yet has no fileset')
}

/** The facts of a scan without anything. */
export const emptyScanFacts = (scan: string): ScanFacts => ({
  scan,
  view: { scan, filesets: [] },
  metadata: {},
  measures: undefined,
  made: [],
  archive: [],
  fileset: async () => noFileset(),
  prefetch: () => Promise.resolve(),
  filesMetadata: () => new Map(),
  filesetMetadata: () => undefined,
  condition: async () => noFileset(),
  annotations: async () => noFileset(),
  unfinished: () => 0,
  elsewhere: (other, task) => Promise.resolve(`${scan} is new: "${other}" has no ${task} for it`),
})
