// Features, matches and models: COLMAP's part of the work.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Pair } from '../../src/geometry/poses/overlap.ts'
import type { InputFile, TaskContext } from '../../src/index.ts'
import { mapped, type Built } from './mapping.ts'
import { FeatureReport, featuresStep, matchingStep, type OutputStep } from './output.ts'
import { batchesOf, matchingCommand, type Matching } from './matching.ts'
import { featureOption, option, seedOption, type Colmap, type Option } from './program.ts'
import type { Survey } from './survey.ts'

/** What the parameters of Colmap, and the machine, say of it. */
interface Options {
  readonly camera_model: string
  readonly single_camera: boolean
  readonly seed: number
  readonly min_num_matches: number
  readonly gpu: boolean
}

/** What COLMAP made of photographs. */
export interface Reconstructed {
  readonly models: readonly Built[]
  /** The folder of links to the photographs. */
  readonly imageFolder: string
  /** How many features each photograph has, by the name of its file. */
  readonly features: ReadonlyMap<string, number>
}

type ReconstructionContext = Pick<TaskContext, 'scratch' | 'progress' | 'log' | 'threads'>

/** Finds models of photographs, in a folder of their own. */
export async function reconstruct(
  colmap: Colmap,
  survey: Survey,
  options: Options,
  context: ReconstructionContext,
): Promise<Reconstructed> {
  const { progress, threads } = context
  const { photographs, lens, matching } = survey
  const folder = await context.scratch()
  const imageFolder = join(folder, 'images')
  const names = await linked(photographs, imageFolder)
  const images = option('image_path', imageFolder)
  const common = [seedOption(options.seed), option('database_path', join(folder, 'database.db'))]
  const tell = (step: OutputStep | undefined, what: string): void => {
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
  const readable = names.filter((name) => !report.refused.has(name)).length
  const matched = { survey, names, features, readable, folder, common: [...common, images] }
  return { models: await mapped(colmap, matched, options, context), imageFolder, features }
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
        `COLMAP could not use ${filename} (${refused.get(names[i]) ?? 'see its log'}): leave ` +
          'it out (romi-run exclude), or replace it by one that is whole and as large as the others',
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

/**
 * Features that are found again from aside: each gets the shape that its surroundings have where they
 * are slanted, and is described by surroundings of several sizes. COLMAP finds these on the CPU only.
 *
 * Sources: Mikolajczyk & Schmid, Scale and affine invariant interest point detectors, 2004; Dong &
 * Soatto, Domain-size pooling in local descriptors: DSP-SIFT, 2015.
 */
const slantedFeatures: readonly Option[] = [
  option('SiftExtraction.estimate_affine_shape', true),
  option('SiftExtraction.domain_size_pooling', true),
]

function featureOptions(options: Options, lens: Survey['lens'], threads: number): Option[] {
  return [
    option('ImageReader.single_camera', options.single_camera),
    option('ImageReader.camera_model', lens?.model ?? options.camera_model),
    ...(lens ? [option('ImageReader.camera_params', lens.params.join(','))] : []),
    featureOption('Extraction', 'use_gpu', options.gpu),
    ...slantedFeatures,
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
