// Files with every table and key of ROMI's public pipeline files are understood, as ROMI types them.
import { describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { libraryOf } from '../../src/task/library.ts'
import { tasks } from '../../tasks/index.ts'

const library = libraryOf(tasks)

function parsed(text: string): Pipeline {
  const result = parsePipeline(text, 'pipeline.toml', library)
  if (result.is === 'wrong') throw new Error(JSON.stringify(result.diagnostics, undefined, 2))
  return result.pipeline
}

const everyKey = `
[Colmap]
upstream_task = "ImagesFilesetExists"
matcher = "exhaustive"
camera_model = "OPENCV"
compute_dense = false
align_pcd = true
use_gpu = true
single_camera = true
alignment_max_error = 10
distance_threshold = 0
calibration_scan_id = ""
intrinsic_calibration_scan_id = ""
[Colmap.cli_args.feature_extractor]
"--ImageReader.single_camera" = "1"
[Colmap.bounding_box]
x = [150, 650]
y = [150, 650]
z = [-90, 300]

[Undistorted]
upstream_task = "ImagesFilesetExists"
camera_model_src = "Colmap"
camera_model = ""
intrinsic_calib_scan_id = ""
extrinsic_calib_scan_id = ""
query = "{\\"channel\\":\\"rgb\\"}"

[Masks]
upstream_task = "Undistorted"
type = "linear"
parameters = "[0,1,0]"
query = "{\\"channel\\":\\"rgb\\"}"
dilation = 5
binarize = true
threshold = 0.3

[Voxels]
upstream_mask = "Masks"
upstream_colmap = "Colmap"
use_colmap_poses = "True"
camera_metadata = "colmap_camera"
voxel_size = 1
type = "averaging"
log = false
invert = false
multiclass = true
labels = "[]"
query = "{}"

[PointCloud]
upstream_task = "Voxels"
level_set_value = 1.0
log = false
background_prior = -200
min_contrast = 10.0
min_score = 0.2

[TriangleMesh]
upstream_task = "PointCloud"
library = "open3d"
filtering = "most connected triangles"
depth = 9

[CurveSkeleton]
upstream_task = "TriangleMesh"

[RefineSkeleton]
upstream_task = "CurveSkeleton"
upstream_pcd = "PointCloud"
alpha = 5.0
beta = 5.0
max_iterations = 100
tolerance = 0.001
knn_mst = true
n_neighbors = 5
knn_algorithm = "kd_tree"
mst_algorithm = "kruskal"

[TreeGraph]
upstream_task = "RefineSkeleton"
z_axis = 2
stem_axis_inverted = false

[AnglesAndInternodes]
upstream_task = "TreeGraph"
characteristic_length = 1.0
organ_type = "fruit"
stem_axis = 2
stem_axis_inverted = false
min_elongation_ratio = 2.0
min_fruit_size = 6
node_sampling_dist = 10

[AnglesAndInternodesEvaluation]
upstream_task = "AnglesAndInternodes"
ground_truth = "ImagesFilesetExists"
free_ends = 0.4
free_ends_eps = 1e-2

[PointCloudGroundTruth]
upstream_task = "VirtualPlantObj"
pcd_size = 100000

[PointCloudEvaluation]
upstream_task = "PointCloud"
ground_truth = "PointCloudGroundTruth"
max_distance = 0.5

[CylinderRadiusGroundTruth]
radius = "2.5"
height = "random"

[CylinderRadiusEstimation]
upstream_task = "CylinderRadiusGroundTruth"

[ModelFileset]
scan_id = "models"
`

const otherTools = `
[Scan.metadata]
species = "Arabidopsis"
[Scan.scanner]
id = "lyon_1"
[ScanPath]
class_name = "Circle"
[ScanPath.kwargs]
radius = 300
[CalibrationScan]
n_points_line = 11
[accessory]
calibration_scan_id = "calib"
[TrainingDirectory]
path = "training"
directory_weights = "weights"
directory_dataset = "dataset"
tsboard = "board"
[Finetune]
directory_images = "images"
directory_weights = "weights"
finetune_epochs = 10
batch = 1
train_or_scan = "scan"
[Reconstruction3D]
N_vox = 1000000
coord_file_loc = "volume"
[CreateCharucoBoard]
n_squares_x = "14"
n_squares_y = "10"
square_length = "2."
marker_length = "1.5"
aruco_pattern = "DICT_4X4_1000"
[DetectCharuco]
upstream_task = "ImagesFilesetExists"
board_fileset = "CreateCharucoBoard"
min_n_corners = "20"
[IntrinsicCalibration]
upstream_task = "DetectCharuco"
board_fileset = "CreateCharucoBoard"
`

const learned = `
[ModelFileset]
scan_id = "models"
[Segmentation2D]
upstream_task = "Undistorted"
model_fileset = "ModelFileset"
model_id = "Resnet_896_896_epoch50"
labels = "[]"
[Voxels]
upstream_mask = "Segmentation2D"
[PointCloud]
upstream_task = "Voxels"
[SegmentedPointCloud]
upstream_segmentation = "Segmentation2D"
upstream_task = "PointCloud"
use_colmap_poses = true
[OrganSegmentation]
upstream_task = "SegmentedPointCloud"
eps = 2.0
min_points = 5
[AnglesAndInternodes]
upstream_task = "OrganSegmentation"
[Undistorted]
upstream_task = "ImagesFilesetExists"
[Visualization]
upstream_mesh = "TriangleMesh"
use_colmap_poses = true
max_image_size = 1500
`

describe("every key of ROMI's public files", () => {
  test("every key of ROMI's public files is used, or told as one without effect and why", () => {
    const { notes } = parsed(everyKey)
    const withoutEffect = notes.filter(({ code }) => code === 'pipeline/no-effect')
    expect(withoutEffect.map(({ key }) => key)).toEqual([
      'Masks.binarize',
      'Voxels.multiclass',
      'PointCloud.log',
      'TriangleMesh.library',
      'TriangleMesh.depth',
      'RefineSkeleton.knn_algorithm',
      'RefineSkeleton.mst_algorithm',
      'AnglesAndInternodes.characteristic_length',
      'AnglesAndInternodes.organ_type',
      'AnglesAndInternodes.stem_axis',
      'AnglesAndInternodes.stem_axis_inverted',
      'AnglesAndInternodes.min_elongation_ratio',
    ])
    for (const { message } of withoutEffect) expect(message).toMatch(/has no effect: \S/)
  })

  test("every key of ROMI's public files is told under its name of today where that is another", () => {
    const renamed = parsed(everyKey).notes.filter(({ code }) => code === 'pipeline/renamed')
    expect(renamed.map(({ key, suggestion }) => [key, suggestion])).toEqual([
      ['Colmap.calibration_scan_id', 'extrinsic_calibration_scan_id'],
      ['Undistorted.intrinsic_calib_scan_id', 'intrinsic_calibration_scan_id'],
      ['Undistorted.extrinsic_calib_scan_id', 'extrinsic_calibration_scan_id'],
    ])
  })

  test("every key of ROMI's public files has its value, also where that is a number or a boolean in quotes", () => {
    const { steps } = parsed(everyKey)
    expect(steps.get('Voxels')?.params).toMatchObject({ use_colmap_poses: true, voxel_size: 1 })
    expect(steps.get('CylinderRadiusGroundTruth')?.params).toMatchObject({
      radius: 2.5,
      height: 'random',
    })
    expect(steps.get('RefineSkeleton')?.params).toMatchObject({
      max_iterations: 100,
      tolerance: 0.001,
      n_neighbors: 5,
    })
    expect(steps.get('Undistorted')?.params).toMatchObject({ camera_model: 'SIMPLE_RADIAL' })
  })
})

describe('tables of tasks that do not exist here', () => {
  test('tables of tasks that do not exist here are passed over, and the rest of the file is planned', () => {
    const pipeline = parsed(learned)
    expect(pipeline.targets).toEqual(['Undistorted'])
    expect([...pipeline.steps.keys()]).not.toContain('Voxels')
    const told = pipeline.notes.filter(({ code }) => code === 'pipeline/passed-over')
    expect(told.map(({ key }) => key)).toEqual([
      'Segmentation2D',
      'Voxels.upstream_mask',
      'SegmentedPointCloud',
      'OrganSegmentation',
      'AnglesAndInternodes.upstream_task',
      'Visualization',
    ])
  })

  test('tables of tasks that do not exist here are a mistake where a target needs them', () => {
    const result = parsePipeline(`${learned}\n[romi]\ntargets = ["Voxels"]`, 'f.toml', library)
    expect(result).toMatchObject({
      is: 'wrong',
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ severity: 'error', code: 'pipeline/missing-upstream' }),
      ]) as unknown,
    })
  })

  test('tables of tasks that do not exist here are told for what they are where the file holds nothing else', () => {
    const pipeline = parsed(otherTools)
    expect(pipeline.targets).toEqual([])
    expect(pipeline.notes.map(({ code, key }) => [code, key])).toContainEqual([
      'pipeline/no-step',
      'Scan',
    ])
  })
})

describe('where the cameras come from', () => {
  const wireOf = (text: string, step: string, slot: string) =>
    parsed(text).steps.get(step)?.wires[slot]

  test('use_colmap_poses = false asks for no Colmap', () => {
    const text =
      '[Voxels]\nupstream_mask = "Masks"\nuse_colmap_poses = "False"\n[Masks]\nupstream_task = "ImagesFilesetExists"'
    expect(wireOf(text, 'Voxels', 'upstream_colmap')).toEqual({ is: 'step', step: 'DummyTask' })
    expect([...parsed(text).steps.keys()]).not.toContain('Colmap')
  })

  test('a calibration of another scan stands in for a calibration of this one', () => {
    const text =
      '[Undistorted]\ncamera_model_src = "ExtrinsicCalibration"\nextrinsic_calib_scan_id = "calib"'
    expect(wireOf(text, 'Undistorted', 'camera_model_src')).toEqual({
      is: 'step',
      step: 'DummyTask',
    })
    expect(wireOf(text, 'Undistorted', 'extrinsic_calibration_scan_id')).toEqual({
      is: 'scan',
      scan: 'calib',
      task: 'ExtrinsicCalibration',
    })
  })

  test('without such a scan, the cameras come from a step of this scan', () => {
    const text = '[Undistorted]\ncamera_model_src = "ExtrinsicCalibration"'
    expect(wireOf(text, 'Undistorted', 'camera_model_src')).toEqual({
      is: 'step',
      step: 'ExtrinsicCalibration',
    })
  })
})
