// Cameras of other tools: the door. The readers and their parsers are loaded when a file is read.
import type { CamerasRead } from './camera-file.ts'

export type { CameraMetadata } from './camera.ts'
export type { CamerasRead } from './camera-file.ts'

/**
 * Reads the cameras that another tool found for photographs: a COLMAP model (its folder, or one of
 * its files), `transforms.json`, Metashape's XML, OpenSfM's `reconstruction.json`, a calibration of
 * OpenCV (YAML, JSON) with poses, or one of phenomenal.
 *
 * @param photographs paths; a camera is matched by the file's name, with or without its extension
 * @throws RomiError `io/unreadable`, naming the file, what is wrong in it and what is read
 */
export async function readCameraFile(
  path: string,
  photographs: readonly string[],
): Promise<CamerasRead> {
  const { camerasOfFile } = await import('./camera-file.ts')
  return camerasOfFile(path, photographs)
}
