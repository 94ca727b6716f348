// What disk and metadata say, by hand, for tests of what is made of it.
import type { JsonObject } from '../../src/base/types.ts'
import type { Annotations } from '../../src/plan/facts/annotations.ts'
import type { Lookup } from '../../src/plan/inputs/lookup.ts'
import type { FileFacts, FilesetFacts } from '../../src/plan/facts/facts.ts'
import { digest } from './records.ts'

/** Metadata of files and filesets of a scan, by `fileset/file` and by fileset. */
export const lookup = (
  known: Readonly<Record<string, JsonObject>>,
  more: Partial<Lookup> = {},
): Lookup => ({
  annotations: [],
  fileMetadata: ({ fileset, file }) => known[`${fileset}/${file}`],
  filesetMetadata: (id) => known[id],
  scanMetadata: {},
  measures: undefined,
  ...more,
})

/** Annotations by `fileset/file`. */
export const annotated = (entries: Readonly<Record<string, JsonObject>>): Annotations =>
  new Map(Object.entries(entries))

/** A file of a fileset on the disk. */
export const fileFacts = (id: string, told: Partial<FileFacts> = {}): FileFacts => ({
  id,
  filename: `${id}.txt`,
  path: `/${id}`,
  digest: digest(id),
  metadata: told.own ?? {},
  own: {},
  lineage: [],
  ...told,
})

/** A fileset on the disk. */
export const filesetFacts = (files: readonly FileFacts[], told: Partial<FilesetFacts> = {}) => ({
  id: 'images',
  metadata: {},
  own: {},
  lineage: [],
  maker: undefined,
  files,
  gone: [],
  unusable: [],
  ...told,
})

/** What a slot takes: files that it names, and metadata that it reads. */
export const reading = (file: readonly string[], told: object = {}) => ({
  only: undefined,
  query: {},
  reads: { file, fileset: [], scan: [] },
  measures: false,
  ...told,
})
