// Photographs, and whatever else is an image a file.
import { fileArtifact, io } from '../../src/index.ts'

const codec = io.imageCodec('png')

/** Images; written as PNG. */
export const images = fileArtifact<'images', io.Image>({
  name: 'images',
  doc: 'images, such as photographs',
  read: (file) => io.read(codec, file),
  encode: async (image) => ({ bytes: await codec.encode(image), extension: 'png' }),
})
