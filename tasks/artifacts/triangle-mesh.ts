// A triangle mesh as files: TriangleMesh.ply.
import { vertexNormals, type TriangleMesh } from '../../src/geometry/mesh/mesh.ts'
import { filesetArtifact, io } from '../../src/index.ts'
import { HandOver } from './handed-on.ts'

const meshFileId = 'TriangleMesh'

/** What was written just now is not decoded. */
const meshHandOver = new HandOver(io.triangleMeshCodec)

/** A surface as a step gives it. */
interface MeshOfStep extends TriangleMesh {
  /** Whether nobody changes the mesh any more: whoever reads it next may have it as it is. */
  readonly isFinal?: boolean
}

/** `TriangleMesh.ply`, with a normal at each vertex; the triangles face outward. */
export const triangleMesh = filesetArtifact<'triangleMesh', MeshOfStep>({
  name: 'triangleMesh',
  doc: 'the surface of the plant as triangles',
  only: [meshFileId],
  read: async (fileset) => {
    const { vertices, triangles } = await io.read(meshHandOver.codec, fileset.file(meshFileId))
    return { vertices, triangles }
  },
  write: async ({ isFinal = false, ...mesh }, output) => {
    const bytes = await meshHandOver.encode({ ...mesh, normals: vertexNormals(mesh) }, isFinal)
    await output.write(meshFileId, { bytes, extension: 'ply' })
  },
})
