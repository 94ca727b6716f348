// Reads what COLMAP's commands print: how far they are, and which photographs they refuse.

/** How far a command is. */
export interface OutputStep {
  readonly done: number
  readonly total: number
}

/** `Processed file [3/60]` */
export function featuresStep(line: string): OutputStep | undefined {
  const found = /Processed file \[(\d+)\/(\d+)\]/.exec(line)
  return found ? { done: Number(found[1]), total: Number(found[2]) } : undefined
}

/** `Matching block [1/2, 2/2]`, `Matching block [1/4]` or `Matching image [7/60]`. */
export function matchingStep(line: string): OutputStep | undefined {
  const found = /(?:Matching|Processing) (?:block|image) \[(\d+)\/(\d+)(?:, (\d+)\/(\d+))?\]/.exec(
    line,
  )
  if (!found) return undefined
  const [i, n, j = 1, m = 1] = found.slice(1).flatMap((text) => (text ? [Number(text)] : []))
  return { done: (i - 1) * m + j, total: n * m }
}

/** How many images a model holds with the one that `Registering image #12 (9)` is about. */
export function registeredCount(line: string): number | undefined {
  const found = /Registering image #\d+ \((?:num_reg_\w+=)?(\d+)\)/.exec(line)
  return found ? Number(found[1]) : undefined
}

/** What the feature extractor tells of each image. */
export class FeatureReport {
  /** How many features were found in each image that was read. */
  readonly counts = new Map<string, number>()
  /** Why other images could not be read. */
  readonly refused = new Map<string, string>()
  #name = ''

  read(line: string): void {
    const [, key, value] = /\b(Name|Features|ERROR):\s+(.*\S)/.exec(line) ?? []
    if (key === 'Name') this.#name = value
    else if (key === 'Features') this.counts.set(this.#name, Number.parseInt(value, 10))
    else if (key === 'ERROR') this.refused.set(this.#name, value)
  }
}
