// How well a point cloud meets the truth, as a file: PointCloudEvaluation.json.
import { filesetArtifact, io, RomiError, type JsonObject } from '../../src/index.ts'

const fileId = 'PointCloudEvaluation'

/** `PointCloudEvaluation.json`: figures for people and other tools. */
export const cloudEvaluation = filesetArtifact<'cloudEvaluation', JsonObject>({
  name: 'cloudEvaluation',
  doc: 'how near a point cloud is to the truth',
  only: [fileId],
  read: async (fileset) => {
    const value = await io.readJson(fileset.file(fileId))
    if (typeof value === 'object' && value !== null && !('length' in value)) return value
    throw new RomiError('task/bad-file', `${fileId}.json holds no map: make it again`)
  },
  write: async (figures, output) => {
    await output.write(fileId, { bytes: await io.jsonCodec.encode(figures), extension: 'json' })
  },
})
