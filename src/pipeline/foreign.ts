// Tables that ROMI's files hold and that are no step here: commands, other tools' settings, tasks.

const hardware = 'it drives the scanner, which takes the photographs'
const training = 'it trains a network, which is no step of an analysis'
const calibration = 'calibrating a lens on photographs of a board is not built in yet'
const segmentation = 'learned segmentation is not built in yet'

/** The tasks of ROMI that do not exist here, each with why. */
const absentTasks: Readonly<Record<string, string>> = {
  CalibrationScan: hardware,
  CameraPoseQC: 'Colmap itself tells which poses are off',
  ClusteredMesh: segmentation,
  ClusteredMeshGroundTruth: segmentation,
  CreateCharucoBoard: calibration,
  DetectCharuco: calibration,
  Finetune: training,
  IntrinsicCalibration: calibration,
  IntrinsicCalibrationScan: hardware,
  OrganSegmentation: segmentation,
  PointCloudSegmentationEvaluation: segmentation,
  Reconstruction3D: training,
  Scan: hardware,
  Segmentation2D: segmentation,
  Segmentation2DEvaluation: segmentation,
  Segmentation2DGroundTruthFilesetExists: segmentation,
  SegmentedPointCloud: segmentation,
  SegmentedPointCloudEvaluation: segmentation,
  TrainingDirectory: training,
  Undistort: 'it is called Undistorted now',
  Visualization: 'it copied results for a viewer; here they are looked at where they lie',
  VoxelsWithPrior: segmentation,
}

/** The tasks of ROMI that do exist here. */
const present = [
  'AnglesAndInternodes',
  'AnglesAndInternodesEvaluation',
  'Colmap',
  'CurveSkeleton',
  'CylinderRadiusEstimation',
  'CylinderRadiusGroundTruth',
  'DatasetExists',
  'DummyTask',
  'ExtrinsicCalibration',
  'FileExists',
  'FilesetExists',
  'ImagesFilesetExists',
  'Masks',
  'ModelFileset',
  'ModelFilesetExists',
  'PointCloud',
  'PointCloudEvaluation',
  'PointCloudGroundTruth',
  'RefineSkeleton',
  'TreeGraph',
  'TriangleMesh',
  'Undistorted',
  'VirtualPlant',
  'VirtualPlantObj',
  'VirtualScan',
  'Voxels',
  'VoxelsEvaluation',
  'VoxelsGroundTruth',
]

/** The tasks that ROMI has; one that the library lacks is passed over, a misspelt one is not. */
export const romiTasks: readonly string[] = [...Object.keys(absentTasks), ...present].sort()

const isRomiTask = new Set(romiTasks)

const commands: Readonly<Record<string, string>> = {
  Clean: 'it is a command here: romi-run clean',
}

/** Luigi's sections, and those of ROMI's scanner. */
const settings: Readonly<Record<string, string>> = {
  DatabaseConfig: 'the database and the scan are named on the command line or in [romi]',
  accessory: 'it names a scan for the scanner’s own tools',
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
  for (const known of [commands, settings, absentTasks])
    if (Object.hasOwn(known, table)) return known[table]
  if (isRomiTask.has(table)) return 'this task of ROMI does not exist here'
  // `ScanPath`, `ScannerToCenter`…
  if (table.startsWith('Scan')) return hardware
  return undefined
}

/** True of a table of ROMI's that says what to do, as opposed to how; of tasks that are absent here. */
export const isForeignTask = (table: string): boolean =>
  Object.hasOwn(absentTasks, table) || table.startsWith('Scan')

/** True of a task that ROMI has, whether or not it exists here. */
export const isRomiTaskName = (name: string): boolean => isRomiTask.has(name)

/** The tables, tasks apart, that are passed over; for the schema and for suggestions. */
export const foreignTables: readonly string[] = [...Object.keys(commands), ...Object.keys(settings)]
