// From matches to models: COLMAP's mapper, first without the pairs that agree by chance.
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { io, isRomiError, RomiError, type TaskContext } from '../../src/index.ts'
import { registeredCount } from './output.ts'
import { option, type Colmap, type Option } from './program.ts'
import type { Survey } from './survey.ts'

/** A model that COLMAP built, with the folder that holds it; its images have the names of files. */
export interface Built {
  readonly folder: string
  readonly model: io.ColmapModel
}

/** What is mapped. */
interface Matched {
  readonly survey: Survey
  /** The names under which COLMAP knows the photographs. */
  readonly names: readonly string[]
  /** How many features each photograph has, by the name of its file. */
  readonly features: ReadonlyMap<string, number>
  /** How many photographs COLMAP could read. */
  readonly readable: number
  /** Where the models go. */
  readonly folder: string
  /** The options that say where matches and photographs lie. */
  readonly common: readonly Option[]
}

interface MapperOptions {
  readonly seed: number
  readonly min_num_matches: number
}

type MappingContext = Pick<TaskContext, 'progress' | 'log' | 'threads'>

const leastOption = 'Mapper.min_num_matches'
/** The least matches of a pair that COLMAP looks at, unless told otherwise. */
const leastOfColmap = 15

/**
 * Builds models; where none holds all that can be read, once more with all pairs that COLMAP would take.
 *
 * @returns those of the run that placed more photographs
 * @throws RomiError `task/no-reconstruction`
 */
export async function mapped(
  colmap: Colmap,
  matched: Matched,
  options: MapperOptions,
  context: MappingContext,
): Promise<readonly Built[]> {
  const least = options.min_num_matches
  const strict = await mappedFrom(least, colmap, matched, options, context)
  const { readable } = matched
  const isLast = least <= leastOfColmap || colmap.isGiven('mapper', leastOption)
  if (isLast || mostImages(strict) >= readable) return someOf(strict, matched)
  context.log.info(
    `pairs with ${least} matches or more place ${mostImages(strict)} of ${readable} photographs: ` +
      `pairs with ${leastOfColmap} are taken, too`,
  )
  const lenient = await mappedFrom(leastOfColmap, colmap, matched, options, context)
  return someOf(mostImages(lenient) > mostImages(strict) ? lenient : strict, matched)
}

const mostImages = (models: readonly Built[]): number =>
  Math.max(0, ...models.map(({ model }) => model.images.length))

function someOf(models: readonly Built[], { features }: Matched): readonly Built[] {
  if (models.length === 0) throw noModel(features)
  return models
}

/** The models of one run of the mapper; none, where it found no pair to begin with. */
async function mappedFrom(
  least: number,
  colmap: Colmap,
  { survey, names, folder, common }: Matched,
  { seed }: MapperOptions,
  { progress, threads }: MappingContext,
): Promise<Built[]> {
  const { photographs, lens } = survey
  const into = join(folder, `of-${least}-matches`)
  await mkdir(into, { recursive: true })
  const fixed = ['focal_length', 'principal_point', 'extra_params']
  const mapping = [
    ...common,
    option('output_path', into),
    option('Mapper.num_threads', threads),
    option(leastOption, least),
    { names: ['Mapper.random_seed'], value: seed, isOptional: true } as const,
    ...(lens ? fixed.map((what) => option(`Mapper.ba_refine_${what}`, false)) : []),
  ]
  let printed = ''
  try {
    await colmap.run('mapper', mapping, (line) => {
      printed += `${line}\n`
      const done = registeredCount(line)
      if (done !== undefined) progress(done, photographs.length, 'poses')
    })
  } catch (error) {
    // it ends with the same code where it found no model as at any other trouble
    const isNone = /no good initial|failed to create|no images with matches/i.test(printed)
    if (!isNone || !isRomiError(error, 'task/program-failed')) throw error
  }
  return modelsIn(into, new Map(photographs.map(({ filename }, i) => [names[i], filename])))
}

async function modelsIn(sparse: string, fileNames: ReadonlyMap<string, string>): Promise<Built[]> {
  const ids = (await readdir(sparse)).filter((id) => /^\d+$/.test(id))
  return Promise.all(
    ids
      .sort((a, b) => Number(a) - Number(b))
      .map((id) => modelIn(join(sparse, id), ({ name }) => fileNames.get(name) ?? name)),
  )
}

/**
 * The model in a folder of COLMAP.
 *
 * @param nameOf the name of an image’s file
 */
export async function modelIn(
  folder: string,
  nameOf: (image: io.ColmapImage) => string,
): Promise<Built> {
  const files: Record<string, Uint8Array> = {}
  for (const name of await readdir(folder)) files[name] = await readFile(join(folder, name))
  const { images, ...model } = await io.decodeColmapModel(
    files,
    `COLMAP’s model ${basename(folder)}`,
  )
  const named = images.map((image) => ({ ...image, name: nameOf(image) }))
  return { folder, model: { ...model, images: named } }
}

function noModel(features: ReadonlyMap<string, number>): RomiError {
  const counts = [...features].sort(([, a], [, b]) => a - b)
  const fewest = counts.slice(0, 5).map(([name, count]) => `${name} (${count})`)
  return new RomiError(
    'task/no-reconstruction',
    `COLMAP found no two photographs of ${features.size} from which to begin; those with the ` +
      `fewest features are ${fewest.join(', ')}. They need sharp things with texture around the ` +
      'plant and small steps between them: look at them; try matcher = "exhaustive", or an ' +
      'intrinsic_calibration_scan_id',
  )
}
