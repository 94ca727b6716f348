// Every code of an error, and whether what it tells of lasts: the one place where this is said.

/** What lasts fails again in the same way until a person changes something; what passes may not. */
type Fate = 'lasts' | 'passes'

/** By code: `area/what`. A code that is not in here does not compile. */
export const fates = {
  'cli/bad-metadata': 'lasts',
  'cli/bad-option': 'lasts',
  'cli/bad-path': 'lasts',
  'cli/bad-task-name': 'lasts',
  'cli/file-exists': 'lasts',
  'cli/no-folder': 'lasts',
  'cli/no-metadata': 'lasts',
  'cli/no-photographs': 'lasts',
  'cli/no-scan': 'lasts',
  'cli/no-table': 'lasts',
  'cli/nobody-to-ask': 'lasts',
  'cli/nothing-lost': 'lasts',
  'cli/nothing-to-make': 'lasts',
  'cli/several-databases': 'lasts',
  'cli/unknown-file': 'lasts',
  'cli/unknown-step': 'lasts',
  'cli/unknown-task': 'lasts',

  // The scheduler says that it never can run.
  'cluster/cannot-run': 'lasts',
  'cluster/jobs-left': 'passes',
  'cluster/no-disk': 'lasts',
  'cluster/node-lost': 'passes',
  'cluster/other-code': 'lasts',
  'cluster/output-missing': 'passes',
  'cluster/refused': 'lasts',
  'cluster/time-limit': 'lasts',
  'cluster/unreachable': 'passes',

  'io/too-large': 'lasts',
  'io/unreadable': 'lasts',
  'io/unwritable': 'lasts',

  'json/not-a-map': 'lasts',
  'json/not-json': 'lasts',

  'pipeline/no-step': 'lasts',
  'pipeline/unreadable': 'lasts',

  'store/annotations-damaged': 'lasts',
  'store/bad-extension': 'lasts',
  'store/bad-id': 'lasts',
  'store/bad-query': 'lasts',
  'store/database-exists': 'lasts',
  'store/disk-error': 'passes',
  'store/disk-full': 'passes',
  'store/draft-damaged': 'passes',
  'store/draft-gone': 'passes',
  'store/file-exists': 'lasts',
  'store/file-gone': 'lasts',
  'store/file-missing': 'lasts',
  'store/file-not-written': 'lasts',
  'store/filename-taken': 'lasts',
  'store/fileset-exists': 'lasts',
  'store/fileset-missing': 'lasts',
  'store/folder-not-empty': 'lasts',
  'store/foreign-lock': 'passes',
  'store/id-clash': 'lasts',
  'store/journal-damaged': 'lasts',
  'store/link-outside': 'lasts',
  'store/lock-lost': 'lasts',
  'store/locked': 'passes',
  'store/made-by-task': 'lasts',
  'store/measures-damaged': 'lasts',
  'store/metadata-damaged': 'lasts',
  'store/no-file': 'lasts',
  'store/no-permission': 'lasts',
  'store/no-scratch': 'lasts',
  'store/not-a-database': 'lasts',
  'store/not-connected': 'lasts',
  'store/path-taken': 'lasts',
  'store/read-only': 'lasts',
  'store/scan-damaged': 'lasts',
  'store/scan-exists': 'lasts',
  'store/scan-missing': 'lasts',
  'store/scan-not-taken': 'lasts',
  'store/too-many-open-files': 'passes',

  'task/bad-definition': 'lasts',
  'task/bad-file': 'lasts',
  'task/bad-module': 'lasts',
  'task/bad-name': 'lasts',
  'task/blind-angle': 'lasts',
  'task/changed': 'lasts',
  'task/duplicate-name': 'lasts',
  'task/empty-box': 'lasts',
  'task/empty-input': 'lasts',
  'task/empty-result': 'lasts',
  'task/empty-selection': 'lasts',
  'task/file-missing': 'lasts',
  'task/no-box': 'lasts',
  'task/no-camera': 'lasts',
  'task/no-file': 'lasts',
  'task/no-gpu': 'lasts',
  'task/no-label': 'lasts',
  'task/no-normals': 'lasts',
  'task/no-output': 'lasts',
  'task/no-poses': 'lasts',
  'task/no-reconstruction': 'lasts',
  'task/no-value': 'lasts',
  'task/not-aligned': 'lasts',
  'task/out-of-memory': 'passes',
  // What it reads may be at rest by then; the engine counts these tries itself.
  'task/overtaken': 'passes',
  'task/program-failed': 'passes',
  'task/program-killed': 'passes',
  'task/program-missing': 'lasts',
  'task/size-mismatch': 'lasts',
  // An error that has no code of ours: nobody knows whether it lasts.
  'task/threw': 'passes',
  'task/time-limit': 'passes',
  'task/too-few-photographs': 'lasts',
  'task/too-few-poses': 'lasts',
  'task/too-large': 'lasts',
  'task/undeclared-check': 'lasts',
  'task/undeclared-metadata': 'lasts',
  'task/unknown': 'lasts',
  'task/unusable-image': 'lasts',
  'task/worker-died': 'passes',
  'task/wrong-metadata': 'lasts',
  'task/wrong-parameter': 'lasts',
  'task/wrong-result': 'lasts',

  'testing/expectation': 'lasts',
  'testing/no-param': 'lasts',
  'testing/no-slot': 'lasts',
  'testing/skipped': 'lasts',
  'testing/stopped': 'lasts',

  'web/bad-request': 'lasts',
  'web/forbidden': 'lasts',
  'web/no-page': 'lasts',
  'web/no-pipeline': 'lasts',
  'web/not-found': 'lasts',
  'web/overtaken': 'passes',
  'web/port-taken': 'passes',
  'web/read-only': 'lasts',
  'web/too-large': 'lasts',
} as const satisfies Readonly<Record<`${string}/${string}`, Fate>>

/** What an error is about, for programs. Modules of users have the family `user/…` for themselves. */
export type ErrorCode = keyof typeof fates | `user/${string}`

/**
 * Whether what the code tells of lasts. A code that is not in the table does: whoever wrote it into a
 * module knew what a person must do first.
 */
export function lasts(code: string): boolean {
  // Safe: a code that is no key gives `undefined`, as the type says.
  return (fates as Readonly<Record<string, Fate | undefined>>)[code] !== 'passes'
}
