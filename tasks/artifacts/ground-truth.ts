// True angles and internodes, wherever they stand: a JSON file, a virtual plant, hand measurements.
import { isStepList, type AngleUnit, type TrueSteps } from './true-steps.ts'
import { filesetArtifact, io, RomiError, type InputFileset, type Json } from '../../src/index.ts'

/** What is read of a step's files as the truth; nothing if they hold none. */
export type Truth = TrueSteps | undefined

/** Metadata in which a virtual plant tells what is true of it. */
const keys = ['angles', 'internodes', 'angle_unit'] as const

/** Any file: a JSON with `angles` and `internodes`, and `angle_unit` if it is known. */
export const truthFile = filesetArtifact<'anyFiles', Truth>({
  name: 'anyFiles',
  doc: 'a JSON file with the lists angles and internodes',
  read: async ({ files }) => {
    const file = files.find(({ filename }) => filename.endsWith('.json'))
    return file && stepsOf(await io.readJson(file), file.filename)
  },
  write: async (truth, output) => {
    const bytes = await io.jsonCodec.encode(truthJson(truth))
    await output.write('truth', { bytes, extension: 'json' })
  },
})

/** A virtual plant: the metadata of its OBJ file. */
export const virtualPlantTruth = filesetArtifact<'virtualPlant', Truth>({
  name: 'virtualPlant',
  doc: 'a virtual plant, with its true angles and internodes in the metadata',
  reads: { file: keys },
  read: ({ files }: InputFileset) => {
    const file = files.find(({ filename }) => filename.endsWith('.obj')) ?? files[0]
    const found = keys.flatMap((key) => {
      const value = file?.metadata(key)
      return value === undefined ? [] : [[key, value] as const]
    })
    return Promise.resolve(
      found.length > 0 ? stepsOf(Object.fromEntries(found), file.filename) : undefined,
    )
  },
  write: async (truth, output) => {
    const metadata = truthJson(truth)
    await output.write('VirtualPlant', { bytes: new Uint8Array(0), extension: 'obj', metadata })
  },
})

/** Photographs: what was measured by hand on their scan is read from the scan itself. */
export const measuredScan = filesetArtifact<'images', Truth>({
  name: 'images',
  doc: 'photographs of a scan that was measured by hand',
  read: ({ measures }) => Promise.resolve(measures && stepsOf(measures, 'measures.json')),
  write: () => Promise.resolve(),
})

const truthJson = (truth: Truth) => ({
  angles: truth?.angles ?? [],
  internodes: truth?.internodes ?? [],
  ...(truth?.angleUnit && { angle_unit: truth.angleUnit }),
})

/** @throws RomiError `task/bad-file` if it is no truth */
function stepsOf(value: Json, where: string): TrueSteps {
  const { angles, internodes, angle_unit: unit } = value as { [key: string]: unknown } // checked below
  if (!isStepList(angles) || !isStepList(internodes) || angles.length !== internodes.length)
    throw new RomiError(
      'task/bad-file',
      `${where} holds no truth: "angles" and "internodes" should be lists of as many numbers, ` +
        'from the base of the stem up',
    )
  return { angles, internodes, ...(isAngleUnit(unit) && { angleUnit: unit }) }
}

const isAngleUnit = (unit: unknown): unit is AngleUnit => unit === 'degree' || unit === 'radian'
