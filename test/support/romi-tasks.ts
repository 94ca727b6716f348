// ROMI's tasks as definitions only, with the keys that its files use: enough to parse and to plan.
import { fileArtifact, filesetArtifact } from '../../src/task/artifact.ts'
import { libraryOf } from '../../src/task/library.ts'
import { param } from '../../src/task/param.ts'
import { annotations, files, fileset, otherScan } from '../../src/task/slot.ts'
import {
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
  virtualPlantObj,
} from '../../src/task/sources.ts'
import { defineTask } from '../../src/task/task.ts'

const ofFiles = <const Name extends string>(name: Name) =>
  fileArtifact<Name, Uint8Array>({
    name,
    doc: name,
    read: (file) => file.read(),
    encode: (bytes) => Promise.resolve({ bytes, extension: 'bin' }),
  })
const ofFileset = <const Name extends string>(name: Name) =>
  filesetArtifact<Name, Uint8Array>({
    name,
    doc: name,
    read: async (input) => input.files[0].read(),
    write: (bytes, output) => output.write(name, { bytes, extension: 'bin' }),
  })

const images = ofFiles('images')
const masks = ofFiles('masks')
const cameras = ofFileset('cameras')
const voxelGrid = ofFileset('voxelGrid')
const pointCloud = ofFileset('pointCloud')
const triangleMesh = ofFileset('triangleMesh')
const curveSkeleton = ofFileset('curveSkeleton')
const treeGraph = ofFileset('treeGraph')
const phyllotaxis = ofFileset('phyllotaxis')
const evaluation = ofFileset('evaluation')
const viewerFiles = ofFileset('viewerFiles')

const run = () => new Uint8Array([1])
const common = { version: 1, summary: 'A definition for tests.' } as const
const number = (value: number) => param.float({ default: value, doc: 'a number' })
const whole = (value: number) => param.integer({ default: value, min: 0, doc: 'a whole number' })
const flag = (value: boolean) => param.boolean({ default: value, doc: 'a switch' })

/** The tasks of the four published files, and the source steps. */
export const tasks = [
  imagesFilesetExists(images),
  virtualPlantObj(triangleMesh),
  filesetExists,
  fileExists,
  dummyTask,
  defineTask({
    ...common,
    name: 'Colmap',
    inputs: {
      upstream_task: files(images, { default: 'ImagesFilesetExists', reads: ['pose'] }),
      intrinsic_calibration_scan_id: otherScan('IntrinsicCalibration', cameras, {}),
      extrinsic_calibration_scan_id: otherScan('ExtrinsicCalibration', cameras, {}),
    },
    params: {
      matcher: param.choice(['exhaustive', 'sequential', 'spatial'], {
        default: 'exhaustive',
        doc: 'which pairs of photographs are compared',
      }),
      camera_model: param.string({ default: 'SIMPLE_RADIAL', doc: 'the camera model' }),
      compute_dense: flag(false),
      align_pcd: flag(true),
      use_gpu: param.boolean({ default: true, significant: false, doc: 'a switch' }),
      single_camera: flag(true),
      alignment_max_error: number(10),
      distance_threshold: number(0),
      bounding_box: param.box({ default: undefined, doc: 'the box' }),
    },
    output: cameras,
    limits: { retries: 3 },
    run,
  }),
  defineTask({
    ...common,
    name: 'Undistorted',
    inputs: {
      upstream_task: files(images, { default: 'ImagesFilesetExists' }),
      upstream_colmap: annotations({ default: 'Colmap', aliases: ['camera_model_src'] }),
    },
    params: { query: param.query() },
    output: images,
    each: 'upstream_task',
    run,
  }),
  defineTask({
    ...common,
    name: 'Masks',
    inputs: { upstream_task: files(images, { default: 'Undistorted' }) },
    params: {
      query: param.query(),
      type: param.choice(['linear', 'excess_green'], { default: 'linear', doc: 'the filter' }),
      parameters: param.numbers({ default: [0, 1, 0], length: 3, doc: 'of the filter' }),
      threshold: param.float({ default: 0.3, min: -1, max: 2, doc: 'above it is plant' }),
      dilation: param.integer({ default: 0, min: 0, unit: 'pixel', doc: 'growth of the mask' }),
    },
    ignored: { binarize: 'masks are always black and white' },
    output: masks,
    each: 'upstream_task',
    run,
  }),
  defineTask({
    ...common,
    name: 'Voxels',
    inputs: {
      upstream_mask: files([masks, images], { default: 'Masks' }),
      upstream_colmap: annotations({ default: 'Colmap' }),
    },
    params: {
      query: param.query(),
      camera_metadata: param.string({ default: 'colmap_camera', doc: 'where cameras stand' }),
      voxel_size: param.float({ default: 1, min: 0, unit: 'length', doc: 'edge of a voxel' }),
      type: param.choice(['carving', 'averaging'], { default: 'carving', doc: 'how' }),
      invert: flag(false),
      bounding_box: param.box({ default: undefined, doc: 'the box' }),
    },
    output: voxelGrid,
    run,
  }),
  defineTask({
    ...common,
    name: 'PointCloud',
    inputs: { upstream_task: fileset(voxelGrid, { default: 'Voxels' }) },
    params: { level_set_value: number(1) },
    output: pointCloud,
    run,
  }),
  defineTask({
    ...common,
    name: 'TriangleMesh',
    inputs: { upstream_task: fileset(pointCloud, { default: 'PointCloud' }) },
    params: {
      library: param.choice(['open3d', 'cgal'], { default: 'open3d', doc: 'the library' }),
      filtering: param.string({ default: 'most connected triangles', doc: 'what is kept' }),
      depth: whole(9),
    },
    output: triangleMesh,
    run,
  }),
  defineTask({
    ...common,
    name: 'CurveSkeleton',
    inputs: { upstream_task: fileset(triangleMesh, { default: 'TriangleMesh' }) },
    params: {},
    output: curveSkeleton,
    run,
  }),
  defineTask({
    ...common,
    name: 'RefineSkeleton',
    inputs: {
      upstream_task: fileset(curveSkeleton, { default: 'CurveSkeleton' }),
      upstream_pcd: fileset(pointCloud, { default: 'PointCloud' }),
    },
    params: { alpha: number(5), beta: number(5), knn_mst: flag(true) },
    output: curveSkeleton,
    run,
  }),
  defineTask({
    ...common,
    name: 'TreeGraph',
    inputs: { upstream_task: fileset(curveSkeleton, { default: 'CurveSkeleton' }) },
    params: { z_axis: whole(2), stem_axis_inverted: flag(false) },
    output: treeGraph,
    run,
  }),
  defineTask({
    ...common,
    name: 'AnglesAndInternodes',
    inputs: { upstream_task: fileset([treeGraph, triangleMesh], { default: 'TreeGraph' }) },
    params: {
      characteristic_length: number(1),
      stem_axis_inverted: flag(false),
      organ_type: param.string({ default: 'fruit', doc: 'the organ' }),
      node_sampling_dist: number(10),
      min_fruit_size: number(6),
    },
    output: phyllotaxis,
    run,
  }),
  defineTask({
    ...common,
    name: 'Visualization',
    inputs: {
      upstream_images: files(images, { default: 'ImagesFilesetExists' }),
      upstream_colmap: annotations({ default: 'Colmap' }),
      upstream_point_cloud: fileset(pointCloud, { default: 'PointCloud' }),
      upstream_mesh: fileset(triangleMesh, { default: 'TriangleMesh' }),
      upstream_skeleton: fileset(curveSkeleton, { default: 'CurveSkeleton' }),
      upstream_angles: fileset(phyllotaxis, { default: 'AnglesAndInternodes' }),
      upstream_virtualplantobj: fileset(triangleMesh, { default: undefined }),
    },
    params: {
      query: param.query(),
      max_image_size: whole(1500),
      max_point_cloud_size: whole(10_000_000),
      thumbnail_size: whole(150),
      use_colmap_poses: flag(true),
    },
    output: viewerFiles,
    run,
  }),
  defineTask({
    ...common,
    name: 'PointCloudGroundTruth',
    inputs: { upstream_task: fileset(triangleMesh, { default: 'VirtualPlantObj' }) },
    params: { pcd_size: whole(100_000) },
    output: pointCloud,
    run,
  }),
  defineTask({
    ...common,
    name: 'PointCloudEvaluation',
    inputs: {
      upstream_task: fileset(pointCloud, { default: 'PointCloud' }),
      ground_truth: fileset(pointCloud, {
        default: 'PointCloudGroundTruth',
        groundTruth: ({ files }) => files > 0,
      }),
    },
    params: { max_distance: number(2) },
    output: evaluation,
    run,
  }),
  defineTask({
    ...common,
    name: 'AnglesAndInternodesEvaluation',
    inputs: {
      upstream_task: fileset(phyllotaxis, { default: 'AnglesAndInternodes' }),
      ground_truth: annotations({
        default: 'ImagesFilesetExists',
        measures: true,
        groundTruth: ({ artifact, measured, files }) =>
          artifact === 'images' ? measured : files > 0,
      }),
    },
    params: { free_ends: number(0.4), free_ends_eps: number(1e-2) },
    output: evaluation,
    run,
  }),
] as const

/** They, by name. */
export const romiLibrary = libraryOf(tasks)

/** The same without some of them. */
export const romiLibraryWithout = (...names: readonly string[]) =>
  libraryOf(tasks.filter((task) => !names.includes(task.name)))
