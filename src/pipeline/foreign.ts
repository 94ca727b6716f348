// Tables that ROMI's files hold and that are no step here: commands, other tools' settings, tasks.

/** The tasks that ROMI has; one that the library lacks is passed over, a misspelt one is not. */
export const romiTasks: readonly string[] = [
  'AnglesAndInternodes',
  'AnglesAndInternodesEvaluation',
  'CalibrationScan',
  'CameraPoseQC',
  'ClusteredMesh',
  'ClusteredMeshGroundTruth',
  'Colmap',
  'CreateCharucoBoard',
  'CurveSkeleton',
  'CylinderRadiusEstimation',
  'CylinderRadiusGroundTruth',
  'DatasetExists',
  'DetectCharuco',
  'DummyTask',
  'ExtrinsicCalibration',
  'FileExists',
  'FilesetExists',
  'ImagesFilesetExists',
  'IntrinsicCalibration',
  'IntrinsicCalibrationScan',
  'Masks',
  'OrganSegmentation',
  'PointCloud',
  'PointCloudEvaluation',
  'PointCloudGroundTruth',
  'PointCloudSegmentationEvaluation',
  'RefineSkeleton',
  'Segmentation2D',
  'Segmentation2DEvaluation',
  'SegmentedPointCloud',
  'SegmentedPointCloudEvaluation',
  'TreeGraph',
  'TriangleMesh',
  'Undistort',
  'Undistorted',
  'VirtualPlant',
  'VirtualPlantObj',
  'VirtualScan',
  'Visualization',
  'Voxels',
  'VoxelsEvaluation',
  'VoxelsGroundTruth',
]

const isRomiTask = new Set(romiTasks)

const commands: Readonly<Record<string, string>> = {
  Clean: 'it is a command here: romi-run clean',
}

/** Luigi's sections, and those of ROMI's scanner. */
const settings: Readonly<Record<string, string>> = {
  DatabaseConfig: 'the database and the scan are named on the command line or in [romi]',
  core: 'it holds settings of Luigi',
  email: 'it holds settings of Luigi',
  logging: 'it holds settings of Luigi',
  resources: 'it holds settings of Luigi',
  retcode: 'romi-run always exits with the codes that Luigi recommends',
  scheduler: 'it holds settings of Luigi',
  version: 'it records the versions of ROMI that wrote the file',
  worker: 'it holds settings of Luigi',
}

/** Why a table that names no task of the library is passed over; `undefined`: it is a mistake. */
export function whyPassedOver(table: string): string | undefined {
  if (Object.hasOwn(commands, table)) return commands[table]
  if (Object.hasOwn(settings, table)) return settings[table]
  if (isRomiTask.has(table)) return 'this task of ROMI does not exist here'
  // `Scan`, `ScanPath`, `ScannerToCenter`…
  if (table.startsWith('Scan')) return 'it is about taking the photographs'
  return undefined
}

/** True of a task that ROMI has, whether or not it exists here. */
export const isRomiTaskName = (name: string): boolean => isRomiTask.has(name)

/** The tables, tasks apart, that are passed over; for the schema and for suggestions. */
export const foreignTables: readonly string[] = [
  ...Object.keys(commands),
  ...Object.keys(settings),
  'Scan',
]
