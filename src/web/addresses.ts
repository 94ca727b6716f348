// Addresses of pictures and files, relative to where the page lies.

const path = (...ids: readonly string[]): string => ids.map(encodeURIComponent).join('/')

/** A file as a JPEG of that size: a longer side in pixels, or one of ROMI's words. */
export const imageAddress = (
  scan: string,
  fileset: string,
  file: string,
  size: number | 'thumb' | 'large' | 'orig',
): string => `image/${path(scan, fileset, file)}?size=${size}`

/** A file of the database as it is. */
export const fileAddress = (scan: string, ...names: readonly string[]): string =>
  `files/${path(scan, ...names)}`
