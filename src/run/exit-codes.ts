// Exit codes: Luigi's recommended ones, so that scripts written for ROMI's tools keep working.

export const exitCodes = {
  complete: 0,
  wrongCommandLine: 2,
  databaseHeld: 10,
  limitBroken: 15,
  missingData: 20,
  notRun: 25,
  taskFailed: 30,
  wrongPipeline: 35,
  internalError: 40,
  interrupted: 130,
} as const
