// Features, matches and models: COLMAP's part of the work.
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Pair } from '../../src/geometry/poses/overlap.ts'
import { io, RomiError, type InputFile, type TaskContext } from '../../src/index.ts'
import { FeatureReport, featuresStep, matchingStep, registeredCount, type Step } from './output.ts'
import { batchesOf, matchingCommand, type Matching } from './matching.ts'
import { featureOption, option, seedOption, type Colmap, type Option } from './program.ts'
import type { Survey } from './survey.ts'

/** What the parameters of Colmap, and the machine, say of it. */
interface Options {
  readonly camera_model: string
  readonly single_camera: boolean
  readonly seed: number
  readonly gpu: boolean
}

/** What COLMAP made of photographs. */
export interface Reconstructed {
  /** Every model that it built, with the folder that holds it; images have the names of files. */
  readonly models: readonly { readonly folder: string; readonly model: io.ColmapModel }[]
  /** The folder of links to the photographs. */
  readonly imageFolder: string
  /** How many features each photograph has, by the name of its file. */
  readonly features: ReadonlyMap<string, number>
}

type Means = Pick<TaskContext, 'scratch' | 'progress' | 'log' | 'threads'>

/** Finds models of photographs, in a folder of their own. */
export async function reconstruct(
  colmap: Colmap,
  { photographs, lens, matching }: Survey,
  options: Options,
  context: Means,
): Promise<Reconstructed> {
  const { progress, threads } = context
  const folder = await context.scratch()
  const imageFolder = join(folder, 'images')
  const names = await linked(photographs, imageFolder)
  const images = option('image_path', imageFolder)
  const common = [seedOption(options.seed), option('database_path', join(folder, 'database.db'))]
  const tell = (step: Step | undefined, what: string): void => {
    if (step) progress(step.done, step.total, what)
  }

  const report = new FeatureReport()
  const extraction = [...common, images, ...featureOptions(options, lens, threads)]
  await colmap.run('feature_extractor', extraction, (line) => {
    report.read(line)
    tell(featuresStep(line), 'features')
  })
  warnOfRefused(report, names, photographs, context.log)

  const comparison = [...common, ...matchingOptions(options, matching, threads)]
  if (matching.is === 'pairs') {
    // of a list COLMAP tells nothing before it is through: so it gets several
    let done = 0
    for (const pairs of batchesOf(matching.pairs)) {
      const listed = await pairOptions(pairs, names, folder)
      await colmap.run(matchingCommand(matching), [...comparison, ...listed])
      done += pairs.length
      tell({ done, total: matching.pairs.length }, 'matches')
    }
  } else
    await colmap.run(matchingCommand(matching), comparison, (line) =>
      tell(matchingStep(line), 'matches'),
    )

  const features = new Map(
    photographs.map(({ filename }, i) => [filename, report.counts.get(names[i]) ?? 0]),
  )
  const sparse = join(folder, 'sparse')
  await mkdir(sparse)
  const output = option('output_path', sparse)
  const mapping = [...common, images, output, ...mapperOptions(options, lens, threads)]
  try {
    await colmap.run('mapper', mapping, (line) => {
      const done = registeredCount(line)
      tell(done === undefined ? undefined : { done, total: photographs.length }, 'poses')
    })
  } catch (error) {
    // it ends with the same code where it found no model as at any other trouble
    const printed = colmap.logs.get('mapper') ?? ''
    if (!/no good initial|failed to create|no images with matches/i.test(printed)) throw error
    throw noModel(features, error)
  }
  const fileNames = new Map(photographs.map(({ filename }, i) => [names[i], filename]))
  const models = await modelsIn(sparse, fileNames)
  if (models.length === 0) throw noModel(features)
  return { models, imageFolder, features }
}

function warnOfRefused(
  { counts, refused }: FeatureReport,
  names: readonly string[],
  photographs: readonly InputFile[],
  log: TaskContext['log'],
): void {
  for (const [i, { filename }] of photographs.entries())
    if (!counts.has(names[i]))
      log.warn(
        `COLMAP could not use ${filename} (${refused.get(names[i]) ?? 'see its log'}): take it ` +
          'away, or replace it by one that is whole and as large as the others',
      )
}

/**
 * Links to the photographs as they are: nothing is encoded again.
 *
 * @returns the name of each link; COLMAP's lists of pairs know no name with a blank in it
 */
async function linked(photographs: readonly InputFile[], folder: string): Promise<string[]> {
  await mkdir(folder)
  const isPlain = photographs.every(({ filename }) => /^[\w.-]+$/.test(filename))
  const names = photographs.map(({ filename }, i) =>
    isPlain ? filename : `${String(i).padStart(6, '0')}${/\.\w+$/.exec(filename)?.[0] ?? ''}`,
  )
  for (const [i, { path }] of photographs.entries())
    await symlink(resolve(path), join(folder, names[i]))
  return names
}

function featureOptions(options: Options, lens: Survey['lens'], threads: number): Option[] {
  return [
    option('ImageReader.single_camera', options.single_camera),
    option('ImageReader.camera_model', lens?.model ?? options.camera_model),
    ...(lens ? [option('ImageReader.camera_params', lens.params.join(','))] : []),
    featureOption('Extraction', 'use_gpu', options.gpu),
    featureOption('Extraction', 'num_threads', threads),
  ]
}

function matchingOptions({ gpu }: Options, { is }: Matching, threads: number): Option[] {
  return [
    // COLMAP tells of its progress block by block
    ...(is === 'exhaustive' ? [option('ExhaustiveMatching.block_size', 10)] : []),
    featureOption('Matching', 'use_gpu', gpu),
    featureOption('Matching', 'num_threads', threads),
  ]
}

async function pairOptions(
  pairs: readonly Pair[],
  names: readonly string[],
  folder: string,
): Promise<Option[]> {
  const list = join(folder, 'pairs.txt')
  await writeFile(list, pairs.map(([a, b]) => `${names[a]} ${names[b]}\n`).join(''))
  return [option('match_list_path', list), option('match_type', 'pairs')]
}

function mapperOptions({ seed }: Options, lens: Survey['lens'], threads: number): Option[] {
  const fixed = ['focal_length', 'principal_point', 'extra_params']
  return [
    option('Mapper.num_threads', threads),
    { names: ['Mapper.random_seed'], value: seed, isOptional: true },
    ...(lens ? fixed.map((what) => option(`Mapper.ba_refine_${what}`, false)) : []),
  ]
}

async function modelsIn(
  sparse: string,
  fileNames: ReadonlyMap<string, string>,
): Promise<Reconstructed['models']> {
  const ids = (await readdir(sparse)).filter((id) => /^\d+$/.test(id))
  return Promise.all(
    ids
      .sort((a, b) => Number(a) - Number(b))
      .map(async (id) => {
        const folder = join(sparse, id)
        const files: Record<string, Uint8Array> = {}
        for (const name of await readdir(folder)) files[name] = await readFile(join(folder, name))
        const { images, ...model } = await io.decodeColmapModel(files, `COLMAP’s model ${id}`)
        const named = images.map((image) => ({
          ...image,
          name: fileNames.get(image.name) ?? image.name,
        }))
        return { folder, model: { ...model, images: named } }
      }),
  )
}

function noModel(features: ReadonlyMap<string, number>, cause?: unknown): RomiError {
  const counts = [...features].sort(([, a], [, b]) => a - b)
  const fewest = counts.slice(0, 5).map(([name, count]) => `${name} (${count})`)
  return new RomiError(
    'task/no-reconstruction',
    `COLMAP found no two photographs of ${features.size} from which to begin; those with the ` +
      `fewest features are ${fewest.join(', ')}. They need sharp things with texture around the ` +
      'plant and small steps between them: look at them; try matcher = "exhaustive", or an ' +
      'intrinsic_calibration_scan_id',
    { cause },
  )
}
