// Loaded only when a guest uses one of them.
export { GUEST_MODULES } from './generated/guest-modules.js'
