// What the page and the server tell each other under `api/…`: types alone, a file for each subject.
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

export type * from './api/common.ts'
export type * from './api/session.ts'
export type * from './api/plants.ts'
export type * from './api/plant.ts'
export * from './api/geometry.ts'
export type * from './api/organs.ts'
export type * from './api/corrections.ts'
export type * from './api/pipeline.ts'
export type * from './api/preview.ts'
export type * from './api/runs.ts'
export type * from './api/events.ts'

// What the terminal is told as well.
export type { CheckReport } from '../plan/check-report.ts'
export type { PastStep } from '../survey/past-run.ts'
export type { Standing } from '../survey/standing.ts'
