export { ALLOWED_GLOBALS, findExtraGlobals, WEB_GLOBALS } from './allowed-globals.js'
export {
  BODY_PREFIX,
  BODY_SUFFIX,
  type Cell,
  type CellFactory,
  CellFault,
  type CellOptions,
  type CompiledForm,
  evalInGuest,
  type FaultKind,
  type ParseProblem,
  withUrl,
} from './cell.js'
export { CANCELLED, notStarted } from './cell-host.js'
export type { CancelReason, CellHost, Job, JobHandle, SessionHost, SessionPlace } from './cell-host.js'
export { cellServices } from './cell-services.js'
export { CellRun, type CellRunContext, type Prepared } from './cell-run.js'
export { codeHash } from './code-hash.js'
export { decodeInSlices } from './decode-in-slices.js'
export { decode, type Decoded, encode, type Encoded, type EncodeProblem } from './codec.js'
export { endingOf } from './ending-of.js'
export { EngineExecutor, type EngineExecutorInit } from './executor.js'
export { syncHostFunction } from './host-functions.js'
export { EngineSession } from './session.js'
export { cellOptions, InProcessHost, refuseProcesses } from './in-process.js'
export { ASK, type Dispatch, type GuestConfig, type Post, type RuntimeOptions, TELL, TOO_DEEP } from './ops.js'
export { CANARY, canaryHolds, LAUNCHER_FIX } from './probe.js'
export { toMicroseconds, type Ending, type RunEvents, type RunFigures, type RunHandle, type RunSpec } from './run-spec.js'
export type { Later } from './steps.js'
export { VmCell, type VmCompiled } from './vm-cell.js'
export { IMPORT, IMPORT_PRELUDE, type ImportTools, type NodeVm, parseVmBody, type VmScript, type VmSource, vmSource } from './vm-source.js'
export { type Turn, Turns } from './turns.js'
export { sourceTools, type SourceTools } from './source-tools.js'
export { uuid } from './uuid.js'
export { GUEST_RUNTIME, guestRuntime } from './guest-runtime.js'
