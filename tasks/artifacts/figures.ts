// Figures of an evaluation as a file: one JSON of its own name.
import {
  filesetArtifact,
  io,
  RomiError,
  type FilesetArtifact,
  type JsonObject,
} from '../../src/index.ts'

/**
 * An artifact of one JSON file with a map of figures, for people and other tools.
 * @param fileId the file's id, and the name of the task that makes it
 */
export const figures = <const Name extends string>(
  name: Name,
  fileId: string,
  doc: string,
): FilesetArtifact<Name, JsonObject> =>
  filesetArtifact<Name, JsonObject>({
    name,
    doc,
    only: [fileId],
    read: async (fileset) => {
      const value = await io.readJson(fileset.file(fileId))
      if (typeof value === 'object' && value !== null && !('length' in value)) return value
      throw new RomiError('task/bad-file', `${fileId}.json holds no map: make it again`)
    },
    write: async (map, output) => {
      await output.write(fileId, { bytes: await io.jsonCodec.encode(map), extension: 'json' })
    },
  })

/** `PointCloudEvaluation.json`. */
export const cloudEvaluation = figures(
  'cloudEvaluation',
  'PointCloudEvaluation',
  'how near a point cloud is to the truth',
)

/** `VoxelsEvaluation.json`. */
export const voxelsEvaluation = figures(
  'voxelsEvaluation',
  'VoxelsEvaluation',
  'how well voxels agree with the truth',
)

/** `CylinderRadiusEstimation.json`. */
export const cylinderRadius = figures(
  'cylinderRadius',
  'CylinderRadiusEstimation',
  'the radius of a cylinder, and how far off it is',
)
