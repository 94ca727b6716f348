// The order in which test files run against a mutant: those first that take little time, so that a
// mutant which one of them notices costs no more.
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

export class QuickFirst extends BaseSequencer {
  /** In ms, of the run without a mutant: later ones run a part of each file. */
  readonly #took = new Map<string, number>()

  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const took = ({ moduleId, project }: TestSpecification): number => {
      const key = `${project.name}:${relative(this.ctx.config.root, moduleId)}`
      const known = this.#took.get(key) ?? this.ctx.cache.getFileTestResults(key)?.duration
      if (known !== undefined) this.#took.set(key, known)
      return known ?? 0
    }
    const timed = files.map((file) => ({ file, ms: took(file) }))
    return Promise.resolve(timed.sort((a, b) => a.ms - b.ms).map(({ file }) => file))
  }
}
