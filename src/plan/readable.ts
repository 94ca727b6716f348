// Whether files that were changed after their step wrote them can still be read as what they were.
import { readFile } from 'node:fs/promises'
import { RomiError } from '../base/errors.ts'
import type { Artifact, InputFile, InputFileset } from '../task/artifact.ts'
import type { Fileset } from '../fsdb/fileset.ts'
import type { FileFacts, FilesetFacts } from './facts.ts'

/** The files among `suspects` that the artifact cannot read; all of them, if it is one whole. */
export async function unreadable(
  artifact: Artifact,
  fileset: FilesetFacts,
  suspects: readonly string[],
): Promise<string[]> {
  const input = wholeInput(artifact, fileset)
  if (artifact.kind === 'fileset') {
    const { only } = artifact
    const counted = suspects.filter((id) => !only || only.includes(id))
    if (counted.length === 0) return []
    return (await canRead(() => artifact.read(input))) ? [] : counted
  }
  const found: string[] = []
  for (const id of suspects) {
    const file = input.files.find((candidate) => candidate.id === id)
    if (!file || !(await canRead(() => artifact.read(file)))) found.push(id)
  }
  return found
}

async function canRead(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read()
    return true
  } catch {
    // Whatever a codec throws of a file: it is not what its step wrote.
    return false
  }
}

/** A fileset of the store as a task would see it that declared to read everything. */
export async function unlimited(fileset: Fileset, artifact: Artifact): Promise<InputFileset> {
  const own = await fileset.filesMetadata()
  const files = (await fileset.getFiles()).map(({ id, filename, path }) => ({
    id,
    filename,
    path,
    metadata: own.get(id) ?? {},
    lineage: [],
  }))
  return wholeInput(artifact, { id: fileset.id, metadata: await fileset.getMetadata(), files })
}

type WholeFacts = Pick<FilesetFacts, 'id' | 'metadata'> & {
  readonly files: readonly Omit<FileFacts, 'digest' | 'own'>[]
}

function wholeInput(artifact: Artifact, fileset: WholeFacts): InputFileset {
  const files = fileset.files.map((file): InputFile => {
    const ref = { fileset: fileset.id, file: file.id }
    return {
      id: file.id,
      filename: file.filename,
      path: file.path,
      ref,
      source: file.lineage.at(-1) ?? ref,
      read: () => readFile(file.path),
      metadata: (key) => file.metadata[key],
    }
  })
  return {
    task: '',
    artifact: artifact.name,
    id: fileset.id,
    files,
    file(id) {
      const found = files.find((file) => file.id === id)
      if (found) return found
      throw new RomiError('task/file-missing', `${fileset.id} has no file "${id}"`)
    },
    metadata: (key) => fileset.metadata[key],
    scanMetadata: () => undefined,
    measures: undefined,
  }
}
