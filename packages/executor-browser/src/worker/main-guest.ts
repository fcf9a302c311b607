export { start } from './guest.js'
