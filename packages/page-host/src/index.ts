export { Frames } from './frames.js'
export { Lanes } from './lanes.js'
export { FRAME_SCRIPT_HASH } from './generated/frame-script.js'
export { PageWorker } from './page-worker.js'
