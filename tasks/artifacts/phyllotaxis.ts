// Angles and internodes as files: AnglesAndInternodes.json, a table and a picture.
import { countByKind, organKinds, type OrganKind } from '../../src/geometry/phyllotaxis/kinds.ts'
import type { Phyllotaxis, StemOrgan } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import {
  filesetArtifact,
  io,
  RomiError,
  type Json,
  type JsonObject,
  type Output,
} from '../../src/index.ts'
import { phyllotaxisPicture } from './phyllotaxis-picture.ts'
import { azimuthInDegrees, columnsText, organTable, signsOf } from './phyllotaxis-table.ts'

/** What was measured on a plant. */
export interface MeasuredPhyllotaxis {
  /** Degrees, 0 to 360, from each counted organ to the next, counter-clockwise seen from the tip. */
  readonly angles: readonly number[]
  /** Arc length of stem from each counted organ to the next. */
  readonly internodes: readonly number[]
  /** What each counted organ is; absent where the file does not tell. */
  readonly kinds?: readonly OrganKind[]
  /** The unit of lengths; absent: unknown. */
  readonly unit?: string
  /** The organs and the stem. Written, not read. */
  readonly plant?: Phyllotaxis
  /** Its scan, and when that was made, as its metadata say. Shown in the picture, not read. */
  readonly scan?: string
  readonly date?: string
}

const phyllotaxisFileId = 'AnglesAndInternodes'

/**
 * `AnglesAndInternodes.json` with ROMI's keys `angles` (degrees), `internodes` and `fruit_points`
 * of the organs that are counted; beside them units, handedness and all organs with their kinds;
 * `organs.csv`, a row an organ, with `organs-columns.txt`, what its columns are; `phyllotaxis.svg`.
 */
export const phyllotaxis = filesetArtifact<'phyllotaxis', MeasuredPhyllotaxis>({
  name: 'phyllotaxis',
  doc: 'angles and internodes between successive organs',
  only: [phyllotaxisFileId],
  read: async (fileset) => parsePhyllotaxis(await io.readJson(fileset.file(phyllotaxisFileId))),
  write: writePhyllotaxis,
})

async function writePhyllotaxis(measured: MeasuredPhyllotaxis, output: Output): Promise<void> {
  const { angles, internodes, unit, plant, scan, date } = measured
  const about = {
    ...(scan !== undefined && { scan }),
    ...(date !== undefined && { date }),
    ...(unit !== undefined && { unit }),
  }
  const told: JsonObject = {
    angles,
    internodes,
    ...(plant && { fruit_points: countedOf(plant).map(({ points }) => points) }),
    angle_unit: 'degree',
    length_unit: unit ?? null,
    handedness: 'counter-clockwise seen from the tip of the stem',
    ...(plant && {
      genetic_spiral: plant.spiral,
      organs: plant.organs.map(toldOrgan),
      organ_kinds: Object.fromEntries(countByKind(plant.organs.map(({ kind }) => kind))),
      rosette_organs_left_out: plant.organs.filter(isLeftOutOfRosette).length,
      leaves_left_out: plant.organs.reduce((sum, { parts }) => sum + parts - 1, 0),
      stem: plant.stem,
      stem_radius: plant.scale.stemRadius,
      min_fruit_size: plant.scale.leastLength,
      node_sampling_dist: plant.scale.reach,
    }),
    ...(plant?.corrections && toldCorrections(plant.corrections)),
  }
  await output.write(phyllotaxisFileId, {
    bytes: await io.jsonCodec.encode(told),
    extension: 'json',
  })
  if (!plant) return
  const table = await io.csvCodec.encode(organTable(plant, unit))
  await output.write('organs', { bytes: table, extension: 'csv' })
  const columns = new TextEncoder().encode(columnsText(unit, plant))
  await output.write('organs-columns', { bytes: columns, extension: 'txt' })
  const from = { fileset: output.fileset, ...about }
  const picture = await io.svgCodec.encode(io.renderSvg(phyllotaxisPicture(plant, from)))
  await output.write('phyllotaxis', { bytes: picture, extension: 'svg' })
}

/** The organs that are counted, from the base up. */
const countedOf = ({ organs }: Phyllotaxis): StemOrgan[] => organs.filter(({ counted }) => counted)

const isLeftOutOfRosette = ({ kind, counted }: StemOrgan): boolean =>
  kind === 'rosette_leaf' && !counted

/** What tells its kind stands beside the kind. */
const toldOrgan = (organ: StemOrgan): JsonObject => ({
  kind: organ.kind,
  kind_confidence: organ.kindConfidence,
  counted: organ.counted,
  insertion: organ.insertion,
  height: organ.arcLength,
  direction: organ.direction,
  azimuth: azimuthInDegrees(organ),
  length: organ.length,
  confidence: organ.confidence,
  parts: organ.parts,
  ...signsOf(organ),
  ...(organ.corrected && { corrected: { ...organ.corrected } }),
})

/** What became of each correction, and where the organs stood that were removed. */
const toldCorrections = ({
  outcomes,
  removed,
}: NonNullable<Phyllotaxis['corrections']>): JsonObject => ({
  corrections: outcomes.map((outcome) => ({ ...outcome })),
  removed: removed.map(({ organ, correction }) => ({
    at: organ.insertion,
    kind: organ.kind,
    correction,
  })),
})

/** @throws RomiError `task/bad-file` if the lists are not there, or not of one length */
function parsePhyllotaxis(value: Json): MeasuredPhyllotaxis {
  const { angles, internodes, organs, length_unit: unit } = value as { [key: string]: unknown } // checked below
  const isList = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((item) => typeof item === 'number')
  if (!isList(angles) || !isList(internodes) || angles.length !== internodes.length)
    throw new RomiError(
      'task/bad-file',
      `${phyllotaxisFileId}.json is damaged: "angles" and "internodes" should be lists of as many numbers; ` +
        'make it again',
    )
  const kinds = Array.isArray(organs) ? countedKindsIn(organs) : undefined
  return {
    angles,
    internodes,
    ...(kinds?.length === angles.length + 1 && { kinds }),
    ...(typeof unit === 'string' && { unit }),
  }
}

/** The kinds of the organs that are counted, without those whose kind is not known. */
const countedKindsIn = (organs: readonly unknown[]): OrganKind[] =>
  organs.flatMap((organ) => {
    const { kind, counted } = (organ ?? {}) as { [key: string]: unknown } // checked below
    return counted === true ? organKinds.filter((known) => known === kind) : []
  })
