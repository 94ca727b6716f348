// Addresses of pictures, relative to where the page lies.

const path = (...ids: readonly string[]): string => ids.map(encodeURIComponent).join('/')

/** A file as a JPEG of that size: a longer side in pixels, or one of ROMI's words. */
export const imageAddress = (
  scan: string,
  fileset: string,
  file: string,
  size: number | 'thumb' | 'large' | 'orig',
): string => `image/${path(scan, fileset, file)}?size=${size}`
