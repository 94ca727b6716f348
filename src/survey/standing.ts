// The words for where a step stands, as all faces use them, the browser's included.

/** Where a step stands on a scan; a step to be made is stale, missing or failed, else as in `plan`. */
export type Standing =
  | 'complete'
  | 'edited'
  | 'stale'
  | 'missing'
  | 'failed'
  | 'cannot run'
  | 'not needed'
  | 'passed over'
  | 'module not loaded'
