// MTL: the colours of the materials that OBJ files name.
import type { ReadableFile, WritableFile } from '../../base/file.ts'
import { defineCodec, read, write, type Codec } from '../codec.ts'
import { decodeText, encodeText } from '../text.ts'
import { LineScanner } from './scan.ts'

/** The colour of a surface, channels and opacity from 0 to 1. */
export interface Material {
  readonly name: string
  readonly diffuse: readonly [red: number, green: number, blue: number]
  readonly opacity?: number
}

/** The materials of OBJ files; maps the name, `Kd` and `d` to and from `Material`s. */
export const mtlCodec: Codec<readonly Material[]> = defineCodec<readonly Material[]>({
  name: 'an MTL file',
  extensions: ['mtl'],
  decode: parseMtl,
  encode: (materials) =>
    encodeText(
      materials
        .map(
          ({ name, diffuse, opacity }) =>
            `newmtl ${name}\nKd ${diffuse.join(' ')}\n${opacity === undefined ? '' : `d ${opacity}\n`}`,
        )
        .join(''),
    ),
})

function parseMtl(bytes: Uint8Array): Material[] {
  decodeText(bytes) // a binary file is none
  const scanner = new LineScanner(bytes)
  const materials: Material[] = []
  for (let word = scanner.nextLine(); word !== undefined; word = scanner.nextLine()) {
    const last = materials.at(-1)
    if (word === 'newmtl') materials.push({ name: scanner.rest(), diffuse: [0.8, 0.8, 0.8] })
    else if (word === 'Kd' && last)
      materials.splice(-1, 1, {
        ...last,
        diffuse: [scanner.number(), scanner.number(), scanner.number()],
      })
    else if (word === 'd' && last) materials.splice(-1, 1, { ...last, opacity: scanner.number() })
  }
  return materials
}

/** Reads the materials of an MTL file. */
export const readMtl = (file: ReadableFile): Promise<readonly Material[]> => read(mtlCodec, file)

/** Writes an MTL file. */
export const writeMtl = (file: WritableFile, materials: readonly Material[]): Promise<void> =>
  write(mtlCodec, file, materials)
