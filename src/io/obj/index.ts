// Wavefront OBJ: a mesh in labelled parts.
import type { ReadableFile, WritableFile } from '../../base/file.ts'
import { defineCodec, read, unwritable, write, type Codec } from '../codec.ts'
import { encodeText } from '../text.ts'
import type { ObjModel } from './model.ts'
import { parseObj } from './parse.ts'

export { type Material, mtlCodec, readMtl, writeMtl } from './mtl.ts'
export type { ObjModel, ObjPart } from './model.ts'

/**
 * A Wavefront OBJ file; maps to and from `ObjModel`. Faces of more than three corners are cut into
 * a fan about their first; texture coordinates, normals, lines, points and curves are left out.
 * Each part is written as an object. Text that ends early between two lines reads as a smaller model.
 */
export const objCodec: Codec<ObjModel> = defineCodec<ObjModel>({
  name: 'an OBJ model',
  extensions: ['obj'],
  decode: parseObj,
  encode: formatObj,
})

function formatObj({ vertices, parts, materialFiles = [] }: ObjModel): Uint8Array {
  const lines = materialFiles.map((name) => `mtllib ${name}`)
  for (let i = 0; i + 2 < vertices.length; i += 3)
    lines.push(`v ${vertices[i]} ${vertices[i + 1]} ${vertices[i + 2]}`)
  const names = new Set(parts.map(({ name, material }) => JSON.stringify([name, material])))
  if (names.size < parts.length || parts.some(({ name }) => name !== name.trim()))
    throw unwritable('parts of an OBJ model need names that differ, without space around them')
  let current: string | undefined
  for (const { name, material, triangles } of parts) {
    if (triangles.some((vertex) => 3 * vertex >= vertices.length))
      throw unwritable(`the part ${name} names a vertex that is none of ${vertices.length / 3}`)
    lines.push(`o ${name}`)
    if (material !== current) lines.push(`usemtl ${material ?? ''}`)
    current = material
    for (let i = 0; i + 2 < triangles.length; i += 3)
      lines.push(`f ${triangles[i] + 1} ${triangles[i + 1] + 1} ${triangles[i + 2] + 1}`)
  }
  return encodeText(`${lines.join('\n')}\n`)
}

/** Reads a Wavefront OBJ file. */
export const readObj = (file: ReadableFile): Promise<ObjModel> => read(objCodec, file)

/** Writes a Wavefront OBJ file. */
export const writeObj = (file: WritableFile, model: ObjModel): Promise<void> =>
  write(objCodec, file, model)
