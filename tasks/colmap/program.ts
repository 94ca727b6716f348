// COLMAP as it is installed: which options its commands have, whether it can use a GPU, its output.
import { isRomiError, RomiError, type TaskContext } from '../../src/index.ts'

type Exec = TaskContext['exec']

/** Options by name, with or without the leading `--`; by command. Those given win over ours. */
export type CliArgs = Readonly<Record<string, Readonly<Record<string, OptionValue>>>>
type OptionValue = string | number | boolean

/** An option: its names in the versions of COLMAP, newest first, and its value. */
export interface Option {
  readonly names: readonly string[]
  readonly value: OptionValue
  /** True if the command does as well without it. */
  readonly isOptional?: true
}

/** An option that every version calls the same. */
export const option = (name: string, value: OptionValue): Option => ({ names: [name], value })

/** The seed of COLMAP's random numbers. */
export const seedOption = (seed: number): Option => ({
  names: ['default_random_seed', 'random_seed'],
  value: seed,
  isOptional: true,
})

/**
 * An option that was COLMAP's `Sift…` until 3.12 and its `Feature…` since.
 *
 * Source: COLMAP's changelog and issues 3465 and 3582.
 */
export const featureOption = (
  of: 'Extraction' | 'Matching',
  name: string,
  value: OptionValue,
): Option => ({ names: [`Feature${of}.${name}`, `Sift${of}.${name}`], value })

/** The installed program. */
export class Colmap {
  /** Such as `3.8`. */
  readonly version: string
  readonly hasCuda: boolean
  /** What the commands printed, by the name of a log. */
  readonly logs = new Map<string, string>()
  readonly #exec: Exec
  readonly #cliArgs: CliArgs
  readonly #options = new Map<string, Promise<ReadonlySet<string>>>()

  private constructor(exec: Exec, cliArgs: CliArgs, banner: string) {
    this.#exec = exec
    this.#cliArgs = cliArgs
    this.version = /COLMAP\s+(\d[\w.]*)/.exec(banner)?.[1] ?? 'unknown'
    this.hasCuda = /\bwith CUDA\b/.test(banner)
  }

  /** @throws RomiError `task/program-missing` */
  static async find(exec: Exec, cliArgs: CliArgs): Promise<Colmap> {
    const { stdout, stderr } = await exec('colmap', ['help'], { env: quiet })
    return new Colmap(exec, cliArgs, stdout + stderr)
  }

  /**
   * Whether it can compute on a GPU; `why` tells what it lacks.
   *
   * COLMAP built with CUDA starts on a machine without a GPU, and fails at the first image.
   */
  async gpu(): Promise<{ readonly is: true } | { readonly is: false; readonly why: string }> {
    if (!this.hasCuda) return { is: false, why: `COLMAP ${this.version} is built without CUDA` }
    try {
      const { stdout } = await this.#exec('nvidia-smi', ['-L'])
      if (/^GPU /m.test(stdout)) return { is: true }
    } catch (error) {
      const isAbsent =
        isRomiError(error, 'task/program-missing') || isRomiError(error, 'task/program-failed')
      if (!isAbsent) throw error
    }
    return { is: false, why: 'this machine has no NVIDIA GPU that nvidia-smi would list' }
  }

  /**
   * Checks the options that users pass through, before anything long begins.
   *
   * @param commands those that will run
   * @throws RomiError `task/wrong-parameter` at a command or an option that there is not
   */
  async checkCliArgs(commands: readonly string[]): Promise<void> {
    for (const [command, args] of Object.entries(this.#cliArgs)) {
      if (!commands.includes(command))
        throw wrongArgs(
          `name the command ${command}, which does not run with these parameters`,
          `those that do are ${commands.join(', ')}`,
        )
      const known = await this.#optionsOf(command)
      for (const name of Object.keys(args).map(bare))
        if (!known.has(name))
          throw wrongArgs(
            `give --${name} to colmap ${command}, which has none in version ${this.version}`,
            `see colmap ${command} -h`,
          )
    }
  }

  /** Whether users pass this option through. */
  isGiven(command: string, name: string): boolean {
    return Object.keys(this.#cliArgs[command] ?? {}).some((given) => bare(given) === name)
  }

  /** Runs a command to its end and adds what it prints to the log of its name. */
  async run(
    command: string,
    options: readonly Option[],
    onLine?: (line: string) => void,
  ): Promise<void> {
    const lines: string[] = []
    try {
      await this.#exec('colmap', [command, ...(await this.#arguments(command, options))], {
        env: quiet,
        onLine(line) {
          lines.push(line)
          onLine?.(line)
        },
      })
    } finally {
      this.logs.set(command, `${this.logs.get(command) ?? ''}${lines.join('\n')}\n`)
    }
  }

  async #arguments(command: string, options: readonly Option[]): Promise<readonly string[]> {
    const known = await this.#optionsOf(command)
    const values = new Map<string, OptionValue>()
    for (const { names, value, isOptional } of options) {
      const name = names.find((candidate) => known.has(candidate))
      if (name !== undefined) values.set(name, value)
      else if (!isOptional)
        throw new RomiError(
          'task/program-failed',
          `colmap ${command} of version ${this.version} has no option --${names.join(' or --')}: ` +
            'install a COLMAP from 3.8 on',
        )
    }
    for (const [name, value] of Object.entries(this.#cliArgs[command] ?? {}))
      values.set(bare(name), value)
    return [...values].flatMap(([name, value]) => [`--${name}`, spelled(value)])
  }

  /** Asked of the program itself: builds between two releases have the options of either. */
  #optionsOf(command: string): Promise<ReadonlySet<string>> {
    const known =
      this.#options.get(command) ??
      this.#exec('colmap', [command, '-h'], { env: quiet }).then(({ stdout, stderr }) =>
        optionsIn(stdout + stderr),
      )
    this.#options.set(command, known)
    return known
  }
}

/**
 * Whether to compute on a GPU: where one is wanted and there is none, the CPU does it, with a note.
 *
 * @throws RomiError `task/no-gpu` for what COLMAP cannot do without
 */
export async function gpuFor(
  colmap: Colmap,
  { use_gpu, compute_dense }: { readonly use_gpu: boolean; readonly compute_dense: boolean },
  log: TaskContext['log'],
): Promise<boolean> {
  if (!use_gpu && !compute_dense) return false
  const gpu = await colmap.gpu()
  if (gpu.is) return use_gpu
  if (compute_dense)
    throw new RomiError(
      'task/no-gpu',
      `compute_dense needs an NVIDIA GPU and a COLMAP with CUDA, but ${gpu.why}: set it to ` +
        'false; Voxels and PointCloud need no dense points',
    )
  log.info(`use_gpu has no effect: ${gpu.why}; the CPU does it, more slowly`)
  return false
}

/** The options that a command's help lists. */
export function optionsIn(help: string): ReadonlySet<string> {
  return new Set(Array.from(help.matchAll(/--([A-Za-z][\w.]*)/g), ([, name]) => name))
}

/** COLMAP is linked with Qt, which wants a display unless told otherwise. */
const quiet = { QT_QPA_PLATFORM: 'offscreen' }

const bare = (name: string): string => name.replace(/^--/, '')

const spelled = (value: OptionValue): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value)

const wrongArgs = (what: string, hint: string): RomiError =>
  new RomiError('task/wrong-parameter', `cli_args ${what}: ${hint}`)
