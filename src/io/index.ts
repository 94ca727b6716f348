// Every file format, in one place: `io.readImage`, `io.plyCodec`, …
export { type Codec, read, write } from './codec.ts'
export {
  type Image,
  type ImageFormat,
  type ImageOptions,
  asMask,
  imageCodec,
  maskCodec,
  readImage,
  writeImage,
} from './image.ts'
