export { leakyProvider } from './provider.js'
