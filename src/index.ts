// The library's public face: what programs and tasks import.
export * as io from './io/index.ts'
