// The skeletons of a study, kept so that a change of what reads them needs no new photographs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { CurveSkeleton } from '../../../src/geometry/skeleton/curve-skeleton.ts'

/** Which plant, under which condition, and which draw of its cameras' errors. */
export interface TrialName {
  readonly condition: string
  readonly seed: number
  readonly draw: number
}

/** What comes before the stem is looked for. */
export interface Carved {
  /** Absent of a volume that is empty. */
  readonly skeleton?: CurveSkeleton
  /** The share of the masks' plant that was lost by the given cameras. */
  readonly lost: number
  readonly isRefined: boolean
  /** How far cameras are off in the end, in pixels, less what no picture shows. */
  readonly cameraError: number
  /** Of processor. */
  readonly seconds: number
}

/** A file a trial, in a folder of bench/results. */
export class KeptSkeletons {
  readonly #folder: string

  constructor(name: string) {
    this.#folder = join(import.meta.dirname, '..', '..', 'results', name)
    mkdirSync(this.#folder, { recursive: true })
  }

  keep(name: TrialName, carved: Carved): void {
    writeFileSync(this.#path(name), serialize(carved))
  }

  /** Undefined of a trial that was made before skeletons were kept. */
  of(name: TrialName): Carved | undefined {
    const path = this.#path(name)
    // Safe: written above.
    return existsSync(path) ? (deserialize(readFileSync(path)) as Carved) : undefined
  }

  #path({ condition, seed, draw }: TrialName): string {
    const words = condition.replaceAll(/[^a-z0-9.]+/g, '-')
    return join(this.#folder, `${words}_${seed}_${draw}`)
  }
}
