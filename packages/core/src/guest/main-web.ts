import type { Dispatch, Post, RuntimeOptions } from '../engine/ops.js'
import { boot } from './runtime.js'
import { fireTimer, install } from './web.js'

export const start = (post: Post, options: RuntimeOptions): Dispatch => boot(post, options, { install, fireTimer })
