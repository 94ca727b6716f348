// Which filesets are drawn together: those of one making, never a shape of another variant.
import { expect, test } from 'vitest'
import type { LayerKind, Plant } from '../../../src/web/api.ts'
import { layerBeside } from '../../../src/web/page/plant/lineage.ts'

const made = (
  id: string,
  inputs: readonly string[] = [],
  layers: readonly LayerKind[] = [],
): Plant['filesets'][number] =>
  // The parts that are looked at.
  ({
    id,
    task: id.replace(/\d/, ''),
    inputs: Object.fromEntries(inputs.map((input, i) => [`slot${i}`, input])),
    layers,
  }) as unknown as Plant['filesets'][number]

const plant = {
  filesets: [
    made('Masks1'),
    made('Masks2'),
    made('Masks3'),
    made('Voxels1', ['Masks1'], ['voxels']),
    made('PointCloud1', ['Voxels1'], ['points']),
    made('TriangleMesh1', ['Voxels1'], ['mesh']),
    made('Voxels2', ['Masks2'], ['voxels']),
    made('TriangleMesh2', ['Voxels2'], ['mesh']),
  ],
  layers: {
    voxels: ['Voxels1', 'Voxels2'],
    points: ['PointCloud1'],
    mesh: ['TriangleMesh1', 'TriangleMesh2'],
  },
} as unknown as Plant

test('a layer is that of the lineage, whatever is of today', () => {
  expect(layerBeside(plant, 'voxels', 'TriangleMesh2')).toBe('Voxels2')
})

test('a layer beside the lineage is drawn if both were made by the same filesets', () => {
  expect(layerBeside(plant, 'points', 'TriangleMesh1')).toBe('PointCloud1')
  expect(layerBeside(plant, 'mesh', 'Masks2')).toBe('TriangleMesh2')
})

test('nothing of another variant is drawn', () => {
  expect(layerBeside(plant, 'points', 'TriangleMesh2')).toBeUndefined()
  expect(layerBeside(plant, 'mesh', 'Masks3')).toBeUndefined()
})

test('without a fileset it is that of today', () => {
  expect(layerBeside(plant, 'mesh', undefined)).toBe('TriangleMesh1')
})
