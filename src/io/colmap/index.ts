// COLMAP's sparse models, in the binary and the text form.
import { RomiError } from '../../base/errors.ts'
import { Damage, defineCodec, type Codec } from '../codec.ts'
import * as binary from './binary.ts'
import type { ColmapCamera, ColmapForm, ColmapImage, ColmapModel, ColmapPoints } from './model.ts'
import * as text from './text.ts'

export type { ColmapCamera, ColmapForm, ColmapImage, ColmapModel, ColmapPoints } from './model.ts'

/** `cameras.bin` or `cameras.txt`; maps to and from cameras. Both forms are read. */
export const colmapCamerasCodec = (form: ColmapForm = 'bin'): Codec<readonly ColmapCamera[]> =>
  codecOf('COLMAP cameras', form, {
    bin: { decode: binary.decodeCameras, encode: binary.encodeCameras },
    txt: { decode: text.decodeCameras, encode: text.encodeCameras },
  })

/** `images.bin` or `images.txt`; maps to and from images with their poses and features. */
export const colmapImagesCodec = (form: ColmapForm = 'bin'): Codec<readonly ColmapImage[]> =>
  codecOf('COLMAP images', form, {
    bin: { decode: binary.decodeImages, encode: binary.encodeImages },
    txt: { decode: text.decodeImages, encode: text.encodeImages },
  })

/** `points3D.bin` or `points3D.txt`; maps to and from points with their tracks. */
export const colmapPointsCodec = (form: ColmapForm = 'bin'): Codec<ColmapPoints> =>
  codecOf('COLMAP points', form, {
    bin: { decode: binary.decodePoints, encode: binary.encodePoints },
    txt: { decode: text.decodePoints, encode: text.encodePoints },
  })

type Way<T> = Pick<Codec<T>, 'encode'> & { decode(bytes: Uint8Array): T }

function codecOf<T>(
  name: string,
  form: ColmapForm,
  ways: Readonly<Record<ColmapForm, Way<T>>>,
): Codec<T> {
  return defineCodec<T>({
    name,
    extensions: form === 'bin' ? ['bin', 'txt'] : ['txt', 'bin'],
    decode(bytes) {
      if (bytes.length === 0) throw new Damage('it is empty')
      // a count of 64 bits has zeros, which no text has
      return ways[bytes.subarray(0, 8).includes(0) ? 'bin' : 'txt'].decode(bytes)
    },
    encode: (value) => ways[form].encode(value),
  })
}

/** The files of a model by name: `cameras`, `images` and `points3D`, with `.bin` or `.txt`. */
export type ColmapFiles = Readonly<Record<string, Uint8Array>>

/**
 * Reads a model; where both forms are there, the binary one, as COLMAP does. Other files, such as
 * the `rigs` and `frames` of newer versions, are left out.
 *
 * @throws RomiError `io/unreadable` if a file is missing or damaged
 */
export async function decodeColmapModel(files: ColmapFiles, where: string): Promise<ColmapModel> {
  const decoded = <T>(codec: Codec<T>, stem: string): Promise<T> | T => {
    const name = [`${stem}.bin`, `${stem}.txt`].find((file) => Object.hasOwn(files, file))
    if (name === undefined)
      throw new RomiError(
        'io/unreadable',
        `${where} is no COLMAP model: it has neither ${stem}.bin nor ${stem}.txt, ` +
          `but ${Object.keys(files).join(', ') || 'no files'}; see COLMAP's log for why`,
        { facts: { where } },
      )
    return codec.decode(files[name], `${where}/${name}`)
  }
  return {
    cameras: await decoded(colmapCamerasCodec(), 'cameras'),
    images: await decoded(colmapImagesCodec(), 'images'),
    points3D: await decoded(colmapPointsCodec(), 'points3D'),
  }
}

/** Writes a model: the three files by name. */
export async function encodeColmapModel(
  { cameras, images, points3D }: ColmapModel,
  form: ColmapForm = 'bin',
): Promise<ColmapFiles> {
  return {
    [`cameras.${form}`]: await colmapCamerasCodec(form).encode(cameras),
    [`images.${form}`]: await colmapImagesCodec(form).encode(images),
    [`points3D.${form}`]: await colmapPointsCodec(form).encode(points3D),
  }
}
