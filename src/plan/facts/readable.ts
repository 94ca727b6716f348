// Whether files that were changed after their step wrote them can still be read as what they were.
import { ownValue } from '../../base/own.ts'
import type { Artifact, InputFileset } from '../../task/artifact.ts'
import { finder, inputFile } from '../../task/input.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import type { FileFacts, FilesetFacts } from './facts.ts'

/** The files among `suspects` that the artifact cannot read; all of them, if it is one whole. */
export async function unreadableAmong(
  artifact: Artifact,
  fileset: FilesetFacts,
  suspects: readonly string[],
): Promise<string[]> {
  const input = wholeInput(artifact, fileset)
  if (artifact.kind === 'fileset') {
    const { only } = artifact
    const counted = suspects.filter((id) => !only || only.includes(id))
    if (counted.length === 0) return []
    return (await isReadable(() => artifact.read(input))) ? [] : counted
  }
  const found: string[] = []
  const files = new Map(input.files.map((file) => [file.id, file]))
  for (const id of suspects) {
    const file = files.get(id)
    if (!file || !(await isReadable(() => artifact.read(file)))) found.push(id)
  }
  return found
}

async function isReadable(read: () => Promise<unknown>): Promise<boolean> {
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
  const files = fileset.files.map((file) =>
    inputFile(fileset.id, file, (key) => ownValue(file.metadata, key)),
  )
  return {
    task: '',
    artifact: artifact.name,
    id: fileset.id,
    files,
    file: finder(fileset.id, files),
    metadata: (key) => ownValue(fileset.metadata, key),
    scanMetadata: () => undefined,
    measures: undefined,
  }
}
