// A triangle mesh as files: TriangleMesh.ply.
import { vertexNormals, type TriangleMesh } from '../../src/geometry/mesh/mesh.ts'
import { filesetArtifact, io } from '../../src/index.ts'

const meshFileId = 'TriangleMesh'

/** `TriangleMesh.ply`, with a normal at each vertex; the triangles face outward. */
export const triangleMesh = filesetArtifact<'triangleMesh', TriangleMesh>({
  name: 'triangleMesh',
  doc: 'the surface of the plant as triangles',
  only: [meshFileId],
  read: async (fileset) => {
    const { vertices, triangles } = await io.readTriangleMesh(fileset.file(meshFileId))
    return { vertices, triangles }
  },
  write: async (mesh, output) => {
    const bytes = await io.triangleMeshCodec.encode({ ...mesh, normals: vertexNormals(mesh) })
    await output.write(meshFileId, { bytes, extension: 'ply' })
  },
})
