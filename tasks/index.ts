// The built-in library: one line a task.
import {
  datasetExists,
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
  modelFileset,
  modelFilesetExists,
  type Task,
  virtualPlantObj,
} from '../src/index.ts'
import anglesAndInternodesEvaluation from './angles-and-internodes-evaluation.ts'
import anglesAndInternodes from './angles-and-internodes.ts'
import { images } from './artifacts/images.ts'
import { virtualPlantModel } from './artifacts/virtual-plant.ts'
import colmap from './colmap.ts'
import extrinsicCalibration from './colmap/extrinsic-calibration.ts'
import curveSkeleton from './curve-skeleton.ts'
import cylinderRadiusEstimation from './cylinder-radius-estimation.ts'
import cylinderRadiusGroundTruth from './cylinder-radius-ground-truth.ts'
import masks from './masks.ts'
import organCorrections from './organ-corrections.ts'
import pointCloud from './point-cloud.ts'
import pointCloudEvaluation from './point-cloud-evaluation.ts'
import pointCloudGroundTruth from './point-cloud-ground-truth.ts'
import refineSkeleton from './refine-skeleton.ts'
import treeGraph from './tree-graph.ts'
import triangleMesh from './triangle-mesh.ts'
import undistorted from './undistorted.ts'
import virtualPlant from './virtual-plant.ts'
import virtualScan from './virtual-scan.ts'
import voxelsEvaluation from './voxels-evaluation.ts'
import voxelsGroundTruth from './voxels-ground-truth.ts'
import voxels from './voxels.ts'

export * from './artifacts/index.ts'

/** All tasks that a pipeline may name without a module of its own. */
export const tasks: readonly Task[] = [
  imagesFilesetExists(images),
  filesetExists,
  fileExists,
  datasetExists,
  modelFileset,
  modelFilesetExists,
  dummyTask,
  virtualPlantObj(virtualPlantModel),
  colmap,
  extrinsicCalibration,
  undistorted,
  masks,
  voxels,
  pointCloud,
  triangleMesh,
  curveSkeleton,
  refineSkeleton,
  treeGraph,
  organCorrections,
  anglesAndInternodes,
  anglesAndInternodesEvaluation,
  pointCloudGroundTruth,
  pointCloudEvaluation,
  voxelsGroundTruth,
  voxelsEvaluation,
  cylinderRadiusGroundTruth,
  cylinderRadiusEstimation,
  virtualPlant,
  virtualScan,
]
