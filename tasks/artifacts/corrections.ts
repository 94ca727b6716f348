// Corrections of organs by hand as files: organs.json.
import {
  parseCorrections,
  type CorrectionList,
} from '../../src/geometry/phyllotaxis/parse-corrections.ts'
import { filesetArtifact, io, RomiError } from '../../src/index.ts'

const correctionsFileId = 'organs'

/**
 * `organs.json`: `{ version: 1, unit, corrections: [{ id, do, at, from?, tip?, kind?, why?, by?, date }] }`,
 * places in the axes of the scan. A person writes it, in the page or in an editor.
 */
export const organCorrections = filesetArtifact<'organCorrections', CorrectionList>({
  name: 'organCorrections',
  doc: 'what a person corrected of the organs',
  only: [correctionsFileId],
  read: async (fileset) => {
    const file = fileset.file(correctionsFileId)
    const value = await io.readJson(file)
    try {
      return parseCorrections(value)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new RomiError('task/bad-file', `${file.path} holds no corrections: ${error.message}`, {
        cause: error,
      })
    }
  },
  write: async ({ corrections, ...about }, output) => {
    const entries = corrections.map((entry) => ({ ...entry }))
    const bytes = await io.jsonCodec.encode({ ...about, corrections: entries })
    await output.write(correctionsFileId, { bytes, extension: 'json' })
  },
})
