// NPZ: named arrays in one ZIP archive, as NumPy's savez writes and load reads.
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { Damage, defineCodec, read, write, type Codec } from './codec.ts'
import { bytesOf, decodeNpy, npyHeader, type NpyArray } from './npy.ts'
import { readZip } from './zip/read.ts'
import { writeZip, type ZipOptions } from './zip/write.ts'

/** Arrays by name. */
export type NpzArrays = Readonly<Record<string, NpyArray>>

/**
 * An NPZ file; maps to and from arrays by name, in their order. Types and orders are those of
 * `npyCodec`. Deflated at level 1 unless told otherwise; arrays beyond 4 GiB take ZIP's 64-bit
 * records. Beside the arrays, writing holds the packed bytes and reading the packed file.
 */
export function npzCodec(options: ZipOptions = {}): Codec<NpzArrays> {
  return defineCodec<NpzArrays>({
    name: 'an NPZ archive',
    extensions: ['npz'],
    async decode(bytes) {
      const arrays: [string, NpyArray][] = []
      for (const file of readZip(bytes)) {
        if (!file.name.endsWith('.npy'))
          throw new Damage(`it holds ${file.name}, which is no .npy: this is no NPZ, or damaged`)
        const name = file.name.slice(0, -'.npy'.length)
        arrays.push([name, decodeEntry(file.name, await file.bytes())])
      }
      return Object.fromEntries(arrays)
    },
    encode(arrays) {
      const entries = Object.entries(arrays).map(([name, array]) => ({
        name: `${name}.npy`,
        parts: [npyHeader(array), bytesOf(array.data)],
      }))
      return writeZip(entries, options)
    },
  })
}

function decodeEntry(name: string, bytes: Uint8Array): NpyArray {
  try {
    return decodeNpy(bytes)
  } catch (error) {
    throw error instanceof Damage ? new Damage(`${name}: ${error.message}`) : error
  }
}

/** Reads an NPZ file. */
export const readNpz = (file: ReadableFile): Promise<NpzArrays> => read(npzCodec(), file)

/** Writes an NPZ file. */
export const writeNpz = (file: WritableFile, arrays: NpzArrays): Promise<void> =>
  write(npzCodec(), file, arrays)
