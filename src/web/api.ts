// What the page and the server tell each other under `api/…`: types alone, no import.
//
// Addresses. All of them are relative to where the page lies, `http://127.0.0.1:PORT/t/TOKEN/`: a
// page that fetches `api/plants` carries the token without knowing it. Views stand behind `#`.
// On 127.0.0.1 GETs work without `t/TOKEN/`, too; a POST never does. `:scan`, `:photograph`, … are
// ids, percent-encoded. ROMI's own interface (`image/SCAN/FILESET/FILE?size=400`, `files/…`) lies
// on the same port; addresses in answers (`image`, `thumbnail`, …) are relative in the same way.
//
// Units and frames. Lengths and places are in the unit of the scan (`Plant.unit`) and in the axes
// of the scan (right-handed; the plant may stand in any place); angles are in degrees; dates are
// ISO 8601; durations are in seconds, bytes in bytes. A pixel (0, 0) is the centre of the upper left
// one; x is to the right, y down.
//
// Errors. Every answer with a status of 400 or above is an `ApiError`. A value that is not known is
// absent, never null. What comes from files is text to show, never HTML.

/** JSON as it is. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A place or a direction, in the axes of the scan. */
export type Place = readonly [x: number, y: number, z: number]

/** Why something was refused or did not work. */
export interface ApiError {
  readonly error: {
    /** Such as `store/locked`, `web/read-only`, `web/bad-request`, `web/not-found`. */
    readonly code: string
    /** What happened, to what, and what to do; a sentence to show. */
    readonly message: string
    /** Of `store/locked` (status 409): who holds the scan. Ask again later with the same request. */
    readonly holder?: string
  }
}

// ── GET api/session ──────────────────────────────────────────────────────────────────────────────

/** What is served, and what may be done with it. */
export interface Session {
  /** Of romi-run. */
  readonly version: string
  /** The name of the database's folder. */
  readonly database: string
  /** The pipeline file, as it was named; absent: only a database is served, and no state is known. */
  readonly pipeline?: string
  /** What is wrong with the pipeline file now: a line each; the page works on, without states. */
  readonly mistakes?: readonly string[]
  /** True with `--edit`, asked with the token: POSTs that write are taken. */
  readonly mayEdit: boolean
}

// ── GET api/plants → PlantList ───────────────────────────────────────────────────────────────────

/** Where a step stands on a scan: the words of `romi-run status`. */
export type StepState =
  | 'complete'
  | 'edited'
  | 'stale'
  | 'missing'
  | 'failed'
  | 'cannot run'
  | 'not needed'
  | 'passed over'
  | 'module not loaded'

/** One check of one result, by the limits of today. */
export interface CheckReport {
  readonly check: string
  readonly is: 'fine' | 'broken' | 'edited' | 'unknown'
  readonly unit?: string
  readonly limits: { readonly min?: number; readonly max?: number; readonly far?: number }
  readonly range?: { readonly least: number; readonly median: number; readonly greatest: number }
  /** Of how many files there is a value. */
  readonly files?: number
  /** The values that break a limit, with their file ids. */
  readonly broken: readonly {
    readonly file?: string
    readonly value: number
    readonly note?: string
  }[]
  /** Of a broken one: what is wrong and what to do. */
  readonly message?: string
}

/** A scan in the list. */
export interface PlantRow {
  readonly id: string
  /** The scan cannot be read: why. All that follows is then empty. */
  readonly broken?: string
  /** Address of a small JPEG of its first photograph. */
  readonly thumbnail?: string
  /** How many photographs it has. */
  readonly photographs: number
  /** From the metadata, else of the photographs' files. */
  readonly date?: string
  /** Of the scan, as they are. */
  readonly metadata: { readonly [key: string]: JsonValue }
  /**
   * By step; absent until the scan was planned: the server plans in the background, those that are
   * looked at first, and tells each by an event `plant`.
   */
  readonly steps?: { readonly [step: string]: StepState }
  /** By step: what its checks say, of steps that are complete. Absent as `steps`. */
  readonly checks?: { readonly [step: string]: readonly CheckReport[] }
  /** Sentences: notes on the scan, corrections by hand that a run would leave behind. */
  readonly notes: readonly string[]
  /** Of the newest angles and internodes: organs that are counted, … */
  readonly organs?: number
  /** … and the mean of the angles between them, degrees from 0 to 360, on the circle. */
  readonly meanAngle?: number
  /** The run that works on it now. */
  readonly run?: string
}

/** Answer of `api/plants`. `api/plants?only=a&only=b`: those, planned before the answer comes. */
export interface PlantList {
  /** The steps that compute, from the photographs down; the order of columns. */
  readonly steps: readonly string[]
  readonly plants: readonly PlantRow[]
  /** How many of them are still to be planned. */
  readonly unplanned: number
}

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
  /** Of its file, and of its fileset. */
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
  /** Of lengths: `mm`, `cm`, …; absent: unknown. */
  readonly unit?: string
  /** How many mm one unit is; 1 where the unit is unknown. */
  readonly millimetres: number
  /** In the order of their ids. */
  readonly photographs: readonly Photograph[]
  /** Newest last. */
  readonly filesets: readonly PlantFileset[]
  /** By kind, the filesets to draw: those of today first, then the newer ones. */
  readonly layers: { readonly [kind in LayerKind]?: readonly string[] }
  /** The space that the scan says to look at, or that its voxels fill. */
  readonly box?: { readonly low: Place; readonly high: Place }
  readonly corrections: CorrectionsAnswer
  /** Who writes to the scan now; absent: nobody. */
  readonly holder?: string
}

// ── GET api/plants/:scan/mesh|points|voxels?fileset=…&most=200000 ────────────────────────────────

/**
 * Binary, little-endian, `application/octet-stream`; `fileset` absent: the one of today. Reduced to
 * at most `most` vertices (a mesh: triangles), where the file has more.
 *
 *     offset  type       what
 *     0       Uint32     0x494d4f52, `ROMI` in ASCII
 *     4       Uint32     format: 1
 *     8       Uint32     n, vertices
 *     12      Uint32     m, triangles (0 but of a mesh)
 *     16      Uint32     1 if there are colours, else 0
 *     20      Uint32     vertices of the file, before it was reduced
 *     24      Float64×3  centre: add it to the positions
 *     48      Float64    of voxels: the length of their edge; else 0
 *     56      Float32×3n positions, less the centre
 *     …       Uint32×3m  corners of triangles, counter-clockwise seen from outside
 *     …       Uint8×3n   red, green, blue, if there are colours
 */
export const geometryLayout = {
  magic: 0x494d4f52,
  format: 1,
  headerBytes: 56,
} as const

// ── GET api/plants/:scan/skeleton?fileset=… → Skeleton ───────────────────────────────────────────

/** Middle lines, merged into chains that end where they branch. */
export interface Skeleton {
  readonly fileset: string
  /** Of each chain: x, y, z of its points, one after another. */
  readonly chains: readonly (readonly number[])[]
}

// ── GET api/plants/:scan/organs?fileset=… → Organs ───────────────────────────────────────────────

export type OrganKind = 'fruit' | 'flower' | 'cauline_leaf' | 'branch' | 'rosette_leaf' | 'spur'

/** An organ of the stem. */
export interface OrganShown {
  /** From 1 at the base, of counted ones; the number in the table and the pictures. */
  readonly number?: number
  readonly kind: OrganKind
  /** From 0 to 1; 0.5 is a toss-up. */
  readonly kindConfidence?: number
  readonly counted: boolean
  /** On the axis of the stem. */
  readonly insertion: Place
  /** Where it ends: the insertion, and its length along its direction, if nothing better is known. */
  readonly tip: Place
  /** Of unit length. */
  readonly direction: Place
  /** Degrees about the stem, counter-clockwise seen from the tip, from an arbitrary zero. */
  readonly azimuth: number
  /** Along the stem, from its base. */
  readonly height: number
  readonly length: number
  /** How well it tells its direction, from 0 to 1. */
  readonly confidence?: number
  /** x, y, z of the points along it, one after another; empty where the file has none. */
  readonly path: readonly number[]
  /** Degrees from it to the next counted one, 0 to 360; absent of the last. */
  readonly angle?: number
  /** Stem from it to the next counted one; absent of the last. */
  readonly internode?: number
  /** What was corrected of it, and by which correction. */
  readonly corrected?: { readonly did: 'add' | 'move' | 'kind'; readonly correction: string }
}

/** What a fileset of angles and internodes holds. */
export interface Organs {
  readonly fileset: string
  readonly spiral?: 'counter-clockwise' | 'clockwise' | 'undetermined'
  /** x, y, z of points along the axis of the stem, base first, one after another. */
  readonly stem: readonly number[]
  /** From the base up. */
  readonly organs: readonly OrganShown[]
  /** As in the file, degrees and the unit of the scan. */
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
  /** Organs that corrections removed, and why: drawn crossed out. */
  readonly removed: readonly { readonly at: Place; readonly correction: string }[]
}

// ── GET api/plants/:scan/lost/:photograph?fileset=… → image/png ──────────────────────────────────
// A picture of the size of the mask: opaque where the mask has plant that the volume (`fileset`, of
// Voxels; absent: that of today) does not explain, transparent elsewhere. The header
// `romi-lost-share` has the share of the mask that is lost, from 0 to 1.

// ── GET api/plants/:scan/compare?a=FILESET&b=FILESET → Comparison ────────────────────────────────

/** Two filesets of angles and internodes, organ by organ. */
export interface Comparison {
  readonly a: Organs
  readonly b: Organs
  /** Places in `organs` of either; one absent: only the other has it. From the base up. */
  readonly pairs: readonly { readonly a?: number; readonly b?: number }[]
  /** Steps above the two, and they themselves, whose parameters are not the same. */
  readonly changes: readonly {
    readonly task: string
    readonly parameter: string
    readonly a?: JsonValue
    readonly b?: JsonValue
  }[]
}

// ── GET api/pipeline?scan=… → PipelineShown ──────────────────────────────────────────────────────

/** A parameter of a step. */
export interface ParameterShown {
  readonly name: string
  readonly value?: JsonValue
  readonly default?: JsonValue
  /** What it may be, in words: `a number from 0 to 1`. */
  readonly expects: string
  readonly doc: string
  readonly unit?: string
  readonly min?: number
  readonly max?: number
  /** The line of the pipeline file that sets it. */
  readonly line?: number
}

/** A step of the pipeline, on a scan if one was named. */
export interface StepShown {
  readonly name: string
  readonly task: string
  readonly isSource: boolean
  readonly summary: string
  /** The steps that it reads, by slot. */
  readonly upstream: { readonly [slot: string]: string }
  readonly parameters: readonly ParameterShown[]
  /** True of a step that makes file by file: `api/preview` takes it. */
  readonly canPreview: boolean
  readonly state?: StepState
  /** What would be done about it: `complete`, `run`, `maybe`, `not needed`, `cannot run`, … */
  readonly decision?: string
  /** And why, in a sentence. */
  readonly reason?: string
  readonly expectedSeconds?: number
  readonly fileset?: string
  readonly checks?: readonly CheckReport[]
  /** Of a step that failed last time. */
  readonly failure?: { readonly run: string; readonly message: string }
}

/** The pipeline as a graph. */
export interface PipelineShown {
  readonly file: string
  readonly targets: readonly string[]
  /** In an order in which each comes after all that it reads. */
  readonly steps: readonly StepShown[]
}

// ── GET api/plants/:scan/record/:fileset → RecordShown ───────────────────────────────────────────

/** What a fileset was made from, when, where and how: as `romi-run why` prints it. */
export interface RecordShown {
  readonly fileset: string
  readonly task?: string
  readonly lines: readonly string[]
  /** The record as it stands in the metadata. */
  readonly record?: JsonValue
}

// ── GET api/runs → RunList; GET api/runs/:run/log?scan=…&step=… → text/plain ─────────────────────

/** A step of a run, for the timeline. */
export interface RunStep {
  readonly scan: string
  readonly step: string
  readonly is:
    'running' | 'reused' | 'finished' | 'failed' | 'skipped' | 'cancelled' | 'interrupted'
  readonly fileset?: string
  /** Seconds it took, of finished ones. */
  readonly seconds?: number
  /** Of one that runs file by file: files finished so far, and in all. */
  readonly done?: number
  readonly total?: number
  /** Of a failed or skipped one. */
  readonly message?: string
}

/** A run, whoever started it. */
export interface RunShown {
  readonly id: string
  /** `died`: it ended without saying so. */
  readonly is: 'working' | 'ended' | 'died'
  readonly begun?: string
  readonly seconds?: number
  /** Exit code, of one that ended. */
  readonly code?: number
  readonly pipeline?: string
  readonly scans: readonly string[]
  readonly steps: readonly RunStep[]
  /** True of one that this server started: `api/runs/stop` ends it. */
  readonly canStop: boolean
}

/** Answer of `api/runs`: newest first, at most 50. */
export interface RunList {
  readonly runs: readonly RunShown[]
}

// ── GET api/events → text/event-stream ───────────────────────────────────────────────────────────

/** One `data:` line each; ask `api/plants` and `api/runs` again after the stream was interrupted. */
export type ServerEvent =
  /** A row is known better, or changed on the disk. */
  | { readonly is: 'plant'; readonly row: PlantRow }
  /** A run began, went on, or ended. */
  | { readonly is: 'run'; readonly run: RunShown }
  /** Scans came or went: ask for the list again. */
  | { readonly is: 'plants' }
  /** The pipeline file changed: ask for session and pipeline again. */
  | { readonly is: 'pipeline' }

// ── GET and POST api/plants/:scan/corrections → CorrectionsAnswer ────────────────────────────────

/** One correction of an organ, as in `organs.json`; lengths in the unit and axes of the scan. */
export interface Correction {
  /** Unique in the file: letters, digits, `-` and `_`. */
  readonly id: string
  readonly do: 'remove' | 'add' | 'move' | 'kind'
  /** The insertion of the organ that is meant; of `add` and `move` where it belongs. */
  readonly at: Place
  /** Of `move`: the insertion that the organ was found at; absent: it is near `at`. */
  readonly from?: Place
  /**
   * Of `add`, which needs it: where the organ ends. Of the others: where the organ that is meant
   * ends, which tells it from others that leave the stem nearby; its direction stays as measured.
   */
  readonly tip?: Place
  /** Of `kind`: the right one. Of `add`: absent is `fruit`. */
  readonly kind?: OrganKind
  readonly why?: string
  readonly by?: string
  readonly date: string
}

/** What is corrected on the scan. */
export interface CorrectionsAnswer {
  readonly corrections: readonly Correction[]
  /** Of ids: what became of them in the angles and internodes of today; absent: not known yet. */
  readonly outcomes: {
    readonly [id: string]: {
      readonly is: 'applied' | 'ambiguous' | 'unmatched'
      /** What is in the way, in a sentence. */
      readonly message?: string
    }
  }
}

/** Adds and takes back corrections in one step; `id` and `date` of new ones are given by the server. */
export interface CorrectionsRequest {
  readonly add?: readonly Omit<Correction, 'id' | 'date'>[]
  /** Ids. */
  readonly takeBack?: readonly string[]
}

// ── POST api/plants/:scan/photographs/:id/exclude|include → Plant ────────────────────────────────

/** Why, and who says so; both may be absent. `{}` for `include`. */
export interface ExcludeRequest {
  readonly why?: string
  readonly by?: string
}

// ── POST api/preview → Preview ───────────────────────────────────────────────────────────────────

/** One photograph through one step, with other parameters; nothing is kept. Needs no `--edit`. */
export interface PreviewRequest {
  readonly scan: string
  readonly step: string
  /** The id of a file that the step reads. */
  readonly file: string
  readonly params: { readonly [name: string]: JsonValue }
}

/** What the step makes of it; a newer request ends an older one, which then answers 409. */
export interface Preview {
  /** Address of the picture that the step would make of this file; valid until the next preview. */
  readonly image: string
  readonly seconds: number
  /** What the step said. */
  readonly said: readonly string[]
  readonly checks: { readonly [check: string]: number }
  /** What a run with these parameters would do on this scan, step by step. */
  readonly plan: readonly {
    readonly step: string
    readonly decision: string
    readonly reason: string
    readonly expectedSeconds?: number
  }[]
  /** What to write into the pipeline file: `[Masks]` and `threshold = 0.3`. */
  readonly lines: string
  /** What `api/runs` takes in `set` to run it: `Masks.threshold=0.3`. */
  readonly set: readonly string[]
}

// ── POST api/runs → RunStarted; POST api/runs/stop → RunShown ────────────────────────────────────

/** A run of the served pipeline, in a process of its own that outlives the server. */
export interface RunRequest {
  /** Empty: all. */
  readonly scans: readonly string[]
  readonly set?: readonly string[]
  readonly targets?: readonly string[]
}

/** It shows in `api/events` and `api/runs` by this id. */
export interface RunStarted {
  readonly run: string
}

export interface StopRequest {
  readonly run: string
  /** What is at work is ended, too; else it may finish. */
  readonly now?: boolean
}
