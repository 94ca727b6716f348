// Masks: one channel of 8 bits a file, 0 = background.
import { fileArtifact, io } from '../../src/index.ts'

/** Masks; written as grey PNG. */
export const masks = fileArtifact<'masks', io.Image>({
  name: 'masks',
  doc: 'masks: 0 = background, 255 = plant',
  read: (file) => io.readMask(file),
  encode: async (mask) => ({ bytes: await io.maskCodec.encode(mask), extension: 'png' }),
})
