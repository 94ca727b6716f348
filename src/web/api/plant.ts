// One scan: its photographs with their cameras, and its filesets.
import type { JsonValue, Place } from './common.ts'
import type { CorrectionsAnswer } from './corrections.ts'
import type { Organs } from './organs.ts'
import type { PlantRow } from './plants.ts'

// ── GET api/plants/:scan → Plant ─────────────────────────────────────────────────────────────────

/**
 * A lens and its pose. A place X has camera coordinates R·X + t (x right, y down, z ahead); the
 * picture follows as in `project` of src/geometry/camera.ts, which the page can import.
 */
export interface PlantCamera {
  readonly model:
    | 'SIMPLE_PINHOLE'
    | 'PINHOLE'
    | 'SIMPLE_RADIAL'
    | 'RADIAL'
    | 'OPENCV'
    | 'FULL_OPENCV'
    | 'OPENCV_FISHEYE'
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** In the order of COLMAP's model. */
  readonly params: readonly number[]
  /** R, row by row. */
  readonly rotmat: readonly number[]
  /** t, in the unit of the scan. */
  readonly tvec: Place
  /** Where it comes from: a metadata key of the photograph, or a fileset that found or refined it. */
  readonly from: string
}

/** A file made from a photograph. */
export interface OfPhotograph {
  readonly fileset: string
  readonly step: string
  readonly file: string
  readonly image: string
  readonly isCurrent: boolean
  readonly isEdited: boolean
}

/** A photograph of the scan. */
export interface Photograph {
  /** The ids of its file and of its fileset. */
  readonly id: string
  readonly fileset: string
  readonly channel?: string
  /** Address, whole size; `&size=NUMBER` after `thumbnail` gives other sizes. */
  readonly image: string
  readonly thumbnail: string
  /** The camera by which results of today were made, else the one that stands with the photograph. */
  readonly camera?: PlantCamera
  /** Left out of all steps. */
  readonly excluded?: { readonly why?: string; readonly by?: string; readonly date?: string }
  /** Masks and undistorted photographs made from it, current ones first. */
  readonly made: readonly OfPhotograph[]
  /** Values that checks of file-by-file steps took of it. */
  readonly checks: readonly {
    readonly step: string
    readonly check: string
    readonly value: number
    readonly unit?: string
    readonly isBroken: boolean
    readonly note?: string
  }[]
}

/** What can be drawn of a fileset. */
export type LayerKind = 'mesh' | 'points' | 'skeleton' | 'organs' | 'voxels' | 'masks'

/** A fileset of the scan. */
export interface PlantFileset {
  readonly id: string
  /** The task that made it; absent: a source. */
  readonly task?: string
  /** The step of the pipeline for which it is the result of today; absent: none. */
  readonly step?: string
  /** The key that it carries. */
  readonly key?: string
  readonly isCurrent: boolean
  readonly made?: string
  readonly seconds?: number
  readonly bytes?: number
  /** Parameters by which it was made, those that tell variants apart. */
  readonly params: { readonly [name: string]: JsonValue }
  /** The filesets that it was made from, by slot. */
  readonly inputs: { readonly [slot: string]: string }
  readonly files: readonly { readonly id: string; readonly file: string }[]
  /** Layers that can be asked of it. */
  readonly layers: readonly LayerKind[]
}

/** Answer of `api/plants/:scan`. */
export interface Plant {
  readonly row: PlantRow
  /** The unit of lengths: `mm`, `cm`, …; absent: unknown. */
  readonly unit?: string
  /** How many mm one unit is; 1 where the unit is unknown. */
  readonly millimetres: number
  /** In the order of their ids. */
  readonly photographs: readonly Photograph[]
  /** Newest last. */
  readonly filesets: readonly PlantFileset[]
  /** By kind, the filesets to draw: those of today first, then the newer ones. */
  readonly layers: { readonly [kind in LayerKind]?: readonly string[] }
  /** What the first of the filesets of organs holds; absent: there is none, or it is damaged. */
  readonly organs?: Organs
  /** The space that the scan says to look at, or that its voxels fill. */
  readonly box?: { readonly low: Place; readonly high: Place }
  readonly corrections: CorrectionsAnswer
  /** Who writes to the scan now; absent: nobody. */
  readonly holder?: string
}
