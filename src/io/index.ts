// Every file format, in one place: `io.readImage`, `io.plyCodec`, …
export { type Codec, Damage, defineCodec, read, write } from './codec.ts'
export {
  type Image,
  type ImageFormat,
  type ImageOptions,
  imageCodec,
  readImage,
  writeImage,
} from './image.ts'
export {
  type ColmapCamera,
  type ColmapFiles,
  type ColmapForm,
  type ColmapImage,
  type ColmapModel,
  type ColmapPoints,
  colmapCamerasCodec,
  colmapImagesCodec,
  colmapPointsCodec,
  decodeColmapModel,
  encodeColmapModel,
} from './colmap/index.ts'
export { type CameraMetadata, type CamerasRead, readCameraFile } from './cameras/index.ts'
export { csvCodec, readCsv, type Table, writeCsv } from './csv.ts'
export { jsonCodec, readJson, writeJson } from './json.ts'
export { asMask, maskCodec, readMask, writeMask } from './mask.ts'
export { type NpyArray, npyCodec, type NpyData } from './npy.ts'
export { type NpzArrays, npzCodec, readNpz, writeNpz } from './npz.ts'
export { readText, textCodec, writeText } from './text.ts'
export { readToml, tomlCodec, type TomlTable, writeToml } from './toml.ts'
export {
  type Material,
  mtlCodec,
  objCodec,
  type ObjModel,
  type ObjPart,
  readMtl,
  readObj,
  writeMtl,
  writeObj,
} from './obj/index.ts'
export {
  type PointCloud,
  pointCloudCodec,
  readPointCloud,
  readTriangleMesh,
  type TriangleMesh,
  triangleMeshCodec,
  writePointCloud,
  writeTriangleMesh,
} from './ply/index.ts'
export { type Exif, exifCodec, readExif } from './exif.ts'
export { type Axis, drawPlots, type Plot, type Series } from './plot/index.ts'
export { renderSvg, type Svg, svgCodec, writeSvg } from './svg.ts'
/** The shapes of pictures: `svg.circle`, `svg.line`, … */
export * as svg from './svg.ts'
