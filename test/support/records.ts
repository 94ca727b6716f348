// Records and digests by hand, for tests of what is read from them.
import { sha256, type Digest } from '../../src/base/digest.ts'
import type { InputRecord, SeenContent, SeenFile, StepRecord } from '../../src/plan/facts/record.ts'

/** The digest of a word. */
export const digest = (word: string): Digest => sha256(word)

/** The record of a step that read nothing and made nothing, but for what is told. */
export const recordWith = (told: Partial<StepRecord> = {}): StepRecord => ({
  format: 1,
  key: digest('key'),
  version: 1,
  params: {},
  inputs: {},
  annotators: {},
  outputs: {},
  lineage: [],
  made: { at: '2026-05-03', seconds: 1, bytes: 1, host: 'here', run: 'run', versions: {} },
  ...told,
})

/** A file as a step saw it: its content is its digest. */
export const seenFile = (id: string, told: Partial<SeenFile> = {}): SeenFile => ({
  id,
  extension: 'txt',
  digest: digest(id),
  metadata: {},
  lineage: [],
  ...told,
})

/** An input in a record. */
export const inputOf = (
  seen: Partial<SeenContent>,
  told: Partial<InputRecord> = {},
): InputRecord => ({
  from: 'Upper',
  digest: digest(JSON.stringify(seen)),
  lineage: [],
  selection: digest('selection'),
  seen: { files: [], fileset: {}, scan: {}, ...seen },
  passedOver: [],
  ...told,
})
