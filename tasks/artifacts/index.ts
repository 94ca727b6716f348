// What the built-in tasks make and read, for the slots and outputs of tasks elsewhere.
export { cloudEvaluation } from './cloud-evaluation.ts'
export { curveSkeleton } from './curve-skeleton.ts'
export { images } from './images.ts'
export { pointCloud } from './point-cloud.ts'
export { triangleMesh } from './triangle-mesh.ts'
export { virtualPlantModel } from './virtual-plant.ts'
