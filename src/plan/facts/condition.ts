// How the files of a made fileset compare with what its step wrote.
import { statSync } from 'node:fs'
import { sha256 } from '../../base/digest.ts'
import { isRomiError } from '../../base/errors.ts'
import type { Artifact } from '../../task/artifact.ts'
import { annotationsId, type Annotations } from './annotations.ts'
import type { Condition, FileFacts, FilesetFacts } from './facts.ts'
import { findFile } from './find-file.ts'
import { unreadableAmong } from './readable.ts'
import type { StepRecord } from './record.ts'

/**
 * Compares a fileset with its record.
 *
 * @param artifact that its task makes, if the task is known: what it cannot read is missing
 * @param annotations reads those that the step made, if its task makes any
 */
export async function conditionOf(
  { outputs }: StepRecord,
  fileset: FilesetFacts,
  artifact: Artifact | undefined,
  annotations: (() => Promise<Annotations>) | undefined,
): Promise<Condition> {
  const missing: string[] = []
  const takenOver: string[] = []
  const changed: string[] = []
  for (const [id, output] of Object.entries(outputs)) {
    const file = findFile(fileset, id)
    if (!file || file.filename !== output.file || isEmpty(file, output.size)) missing.push(id)
    else if (file.digest !== output.digest) changed.push(id)
    else if (output.edited) takenOver.push(id)
  }
  if (changed.length === 0) return { missing, edited: takenOver }
  const damaged = artifact ? await unreadableAmong(artifact, fileset, changed) : []
  if (annotations && changed.includes(annotationsId) && !(await canRead(annotations)))
    damaged.push(annotationsId)
  return {
    missing: [...missing, ...damaged],
    edited: [...takenOver, ...changed.filter((id) => !damaged.includes(id))],
  }
}

async function canRead(annotations: () => Promise<Annotations>): Promise<boolean> {
  try {
    await annotations()
    return true
  } catch (error) {
    if (isRomiError(error, 'store/annotations-damaged')) return false
    throw error
  }
}

const isEmpty = (file: FileFacts, expected: number): boolean =>
  expected > 0 && file.digest === emptyDigest && statSync(file.path).size === 0

const emptyDigest = sha256(new Uint8Array())
