// The built-in library: one line a task.
import {
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
  type Task,
} from '../src/index.ts'
import { images } from './artifacts/images.ts'

/** All tasks that a pipeline may name without a module of its own. */
export const tasks: readonly Task[] = [
  imagesFilesetExists(images),
  filesetExists,
  fileExists,
  dummyTask,
]
