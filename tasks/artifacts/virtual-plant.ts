// A virtual plant as files: its labelled mesh as OBJ, with what is true of it as metadata.
import { plantColours, type Colour } from '../../src/geometry/render/shade.ts'
import type { LabelledMesh, Part } from '../../src/geometry/virtual-plant/labelled-mesh.ts'
import type { PlantTruth } from '../../src/geometry/virtual-plant/truth.ts'
import {
  filesetArtifact,
  io,
  RomiError,
  type InputFileset,
  type JsonObject,
  type Output,
} from '../../src/index.ts'

/** A plant for the virtual scanner; z up. */
export interface PlantModel {
  readonly mesh: LabelledMesh
  /** The unit of lengths; absent: unknown. */
  readonly unit?: string
  /** Written, not read: who wants the truth reads the file's metadata. */
  readonly truth?: PlantTruth
}

const plantFileId = 'VirtualPlant'
const materialsId = 'VirtualPlant_mtl'

/**
 * `VirtualPlant.obj` with its materials.
 *
 * The file's axes are those of ROMI's virtual plants: its (x, y, z) is the scan's (x, −z, y). Each
 * part is an object whose name begins with its label. The file's metadata holds the truth: `angles`
 * in degrees, `internodes`, `insertions`, `directions`, `stem_directions`, `kinds`, `axis`, lengths
 * in `unit`.
 */
export const virtualPlantModel = filesetArtifact<'virtualPlant', PlantModel>({
  name: 'virtualPlant',
  doc: 'the labelled mesh of a virtual plant, with its true angles and internodes',
  only: [plantFileId, materialsId],
  reads: { fileset: ['unit'] },
  read: readPlant,
  write: writePlant,
})

async function readPlant(fileset: InputFileset): Promise<PlantModel> {
  const model = await io.readObj(objOf(fileset))
  const vertices = new Float64Array(model.vertices.length)
  for (let i = 0; i < vertices.length; i += 3) {
    vertices[i] = model.vertices[i]
    vertices[i + 1] = -model.vertices[i + 2]
    vertices[i + 2] = model.vertices[i + 1]
  }
  const parts: Part[] = []
  const count = model.parts.reduce((sum, part) => sum + part.triangles.length, 0)
  const triangles = new Uint32Array(count)
  let first = 0
  for (const part of model.parts) {
    triangles.set(part.triangles, 3 * first)
    const label = part.name.split('_', 1)[0]
    parts.push({ name: part.name, label, first, count: part.triangles.length / 3 })
    first += part.triangles.length / 3
  }
  const unit = fileset.metadata('unit')
  return { mesh: { vertices, triangles, parts }, ...(typeof unit === 'string' && { unit }) }
}

function objOf({ files, id = '' }: InputFileset): InputFileset['files'][number] {
  const found = files.filter((file) => file.filename.endsWith('.obj'))
  if (found.length === 1) return found[0]
  const there = files.map((file) => file.filename).join(', ')
  throw new RomiError(
    'task/file-missing',
    `${id} holds ${found.length} OBJ files, not one: ${there || 'it has no file at all'}`,
  )
}

async function writePlant({ mesh, unit, truth }: PlantModel, output: Output): Promise<void> {
  const { vertices: v, triangles } = mesh
  const turned = new Float64Array(v.length)
  for (let i = 0; i < v.length; i += 3) {
    turned[i] = sixDigits(v[i])
    turned[i + 1] = sixDigits(v[i + 2])
    turned[i + 2] = sixDigits(-v[i + 1])
  }
  const obj = await io.objCodec.encode({
    vertices: turned,
    parts: mesh.parts.map(({ name, label, first, count }) => ({
      name,
      material: label,
      triangles: triangles.subarray(3 * first, 3 * (first + count)),
    })),
    materialFiles: [`${materialsId}.mtl`],
  })
  const labels = [...new Set(mesh.parts.map((part) => part.label))]
  const materials = labels.map((name) => ({ name, diffuse: colourShares(plantColours[name]) }))
  const metadata = { ...(unit !== undefined && { unit }), ...(truth && plantTruthJson(truth)) }
  await output.write(plantFileId, { bytes: obj, extension: 'obj', metadata })
  const bytes = await io.mtlCodec.encode(materials)
  await output.write(materialsId, { bytes, extension: 'mtl' })
  if (unit !== undefined) output.setMetadata({ unit })
}

/** To a hundred-thousandth: the file is half as long, and no scanner sees the difference. */
function sixDigits(value: number): number {
  return Math.round(value * 1e5) / 1e5
}

function colourShares(colour: Colour = [128, 128, 128]): readonly [number, number, number] {
  return [colour[0] / 255, colour[1] / 255, colour[2] / 255]
}

function plantTruthJson({ angles, internodes, organs, axis }: PlantTruth): JsonObject {
  return {
    angles,
    angle_unit: 'degree',
    internodes,
    kinds: organs.map((organ) => organ.kind),
    insertions: organs.map((organ) => organ.point),
    directions: organs.map((organ) => organ.direction),
    stem_directions: organs.map((organ) => organ.stem),
    axis,
  }
}
