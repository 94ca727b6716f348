// Angles and internodes as files: AnglesAndInternodes.json, a table and a picture.
import { fullTurn } from '../../src/geometry/angle.ts'
import type { Organ } from '../../src/geometry/phyllotaxis/organ.ts'
import type { Phyllotaxis } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import {
  filesetArtifact,
  io,
  RomiError,
  type Json,
  type JsonObject,
  type Output,
} from '../../src/index.ts'
import { phyllotaxisPicture } from './phyllotaxis-picture.ts'

/** What was measured on a plant. */
export interface MeasuredPhyllotaxis {
  /** Degrees, 0 to 360, from each organ to the next, counter-clockwise seen from the tip. */
  readonly angles: readonly number[]
  /** Arc length of stem from each organ to the next. */
  readonly internodes: readonly number[]
  /** The unit of lengths; absent: unknown. */
  readonly unit?: string
  /** The organs and the stem. Written, not read. */
  readonly plant?: Phyllotaxis
}

const fileId = 'AnglesAndInternodes'

/**
 * `AnglesAndInternodes.json` with ROMI's keys `angles` (degrees), `internodes` and `fruit_points`,
 * beside them units, handedness and the organs; `organs.csv`, a row an organ; `phyllotaxis.svg`.
 */
export const phyllotaxis = filesetArtifact<'phyllotaxis', MeasuredPhyllotaxis>({
  name: 'phyllotaxis',
  doc: 'angles and internodes between successive organs',
  only: [fileId],
  read: async (fileset) => parsePhyllotaxis(await io.readJson(fileset.file(fileId))),
  write: writePhyllotaxis,
})

async function writePhyllotaxis(measured: MeasuredPhyllotaxis, output: Output): Promise<void> {
  const { angles, internodes, unit, plant } = measured
  const told: JsonObject = {
    angles,
    internodes,
    ...(plant && { fruit_points: plant.organs.map(({ points }) => points) }),
    angle_unit: 'degree',
    length_unit: unit ?? null,
    handedness: 'counter-clockwise seen from the tip of the stem',
    ...(plant && {
      genetic_spiral: plant.spiral,
      organs: plant.organs.map(toldOrgan),
      rosette_organs_left_out: plant.rosette,
      leaves_left_out: plant.leaves,
      stem: plant.stem,
      stem_radius: plant.scale.stemRadius,
      min_fruit_size: plant.scale.leastLength,
      node_sampling_dist: plant.scale.reach,
    }),
  }
  await output.write(fileId, { bytes: await io.jsonCodec.encode(told), extension: 'json' })
  if (!plant) return
  const table = await io.csvCodec.encode(tableOf(measured, plant))
  await output.write('organs', { bytes: table, extension: 'csv' })
  const picture = await io.svgCodec.encode(io.renderSvg(phyllotaxisPicture(plant, unit)))
  await output.write('phyllotaxis', { bytes: picture, extension: 'svg' })
}

const toldOrgan = (organ: Organ): JsonObject => ({
  insertion: organ.insertion,
  height: organ.height,
  direction: organ.direction,
  azimuth: degrees(organ),
  length: organ.length,
  confidence: organ.confidence,
})

const degrees = ({ azimuth }: Organ): number => fullTurn((azimuth * 180) / Math.PI)

/** A row an organ; the angle and the internode are those to the next. */
function tableOf({ angles, internodes }: MeasuredPhyllotaxis, { organs }: Phyllotaxis): io.Table {
  const columns = ['organ', 'angle', 'internode', 'height', 'azimuth', 'length', 'confidence']
  return {
    columns: [...columns, 'x', 'y', 'z', 'dx', 'dy', 'dz'],
    rows: organs.map((organ, i) => [
      i + 1,
      angles[i] ?? '',
      internodes[i] ?? '',
      organ.height,
      degrees(organ),
      organ.length,
      organ.confidence,
      ...organ.insertion,
      ...organ.direction,
    ]),
  }
}

/** @throws RomiError `task/bad-file` if the lists are not there, or not of one length */
function parsePhyllotaxis(value: Json): MeasuredPhyllotaxis {
  const { angles, internodes, length_unit: unit } = value as { [key: string]: unknown } // checked below
  const isList = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((item) => typeof item === 'number')
  if (!isList(angles) || !isList(internodes) || angles.length !== internodes.length)
    throw new RomiError(
      'task/bad-file',
      `${fileId}.json is damaged: "angles" and "internodes" should be lists of as many numbers; ` +
        'make it again',
    )
  return { angles, internodes, ...(typeof unit === 'string' && { unit }) }
}
