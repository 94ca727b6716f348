// Images and masks as arrays of pixels.

/** 8-bit pixels in rows from the top: `data[(y * width + x) * channels + c]`. */
export interface Image {
  readonly width: number
  readonly height: number
  /** Grey, grey + alpha, RGB, RGB + alpha; a mask has one, 0 = background. */
  readonly channels: number
  readonly data: Uint8Array
}

/** @throws RangeError if the image has no pixels or its data another length than it says */
export function checkImage({ width, height, channels, data }: Image): void {
  if (!(width > 0 && height > 0 && channels > 0))
    throw new RangeError(`an image of ${width} × ${height} × ${channels} has no pixels`)
  if (data.length !== width * height * channels)
    throw new RangeError(
      `an image of ${width} × ${height} × ${channels} cannot have ${data.length} values`,
    )
}
