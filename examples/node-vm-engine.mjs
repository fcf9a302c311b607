import { constants, createContext, Script } from 'node:vm'
import * as vm from 'node:vm'
import { oneOf, SPEC } from '@beddel/core'
import { ASK, canaryHolds, CellFault, EngineExecutor, guestRuntime, InProcessHost } from '@beddel/core/engine'
import { IMPORT_PRELUDE, parseVmBody, vmSource } from '@beddel/core/engine'
import * as source from '@beddel/source'

const ENGINE = 'node-vm'
const QUIET = { displayErrors: false }

/** 1. What it holds, as data. Declared means that the kit requires it; not declared, that asking for it is refused. */
const HONEST = {
  placement: 'in-process',
  boundary: false,
  survivesGuest: false,
  isolation: 'realm',
  limits: {
    wall: { enforced: 'soft', note: 'long built-ins are not interrupted' },
    cpu: { enforced: 'none', note: 'timeoutMs bounds it' },
    heap: { enforced: 'none' },
    externalMemory: { enforced: 'none' },
    stack: { enforced: 'hard' },
    operations: { enforced: 'none' },
  },
  hostCalls: 'sync+async',
  modules: true,
  wasm: false,
  codegen: false,
  typescript: false,
  session: true,
  compile: true,
  runSync: true,
  freshness: ['isolate'],
  intl: 'full',
  blocksHost: true,
}

/** 2. The sources: the toolkit finds out the form. What rejects an `import()` here is the host's, so it is replaced. */
const tools = () => source
const PRELUDE = new Script(IMPORT_PRELUDE, { filename: 'beddel:prelude' })
const RUNTIME = new Script(guestRuntime({ web: false }), { filename: 'beddel:runtime' })
const RUNTIME_WEB = new Script(guestRuntime({ web: true }), { filename: 'beddel:runtime' })
const JOBS = new Script('0', { filename: 'beddel:jobs' })
/** Only this context's script has a timeout: what it calls may be of any context, and the timeout holds there too. */
const clock = createContext(constants.DONT_CONTEXTIFY)
const ENTER = new Script('enter()', { filename: 'beddel:clock' })

/** 3. A cell: one guest environment, for one run or one session. Strings and numbers go in and out. */
class NodeVmCell {
  deadline = 0
  bodyShift = 0
  /** Where the guest runtime's messages go. Set by the toolkit before a run begins. */
  post
  #stopped = false
  #context
  #dispatch

  constructor({ codegen, wasm, web }) {
    this.#context = createContext({}, { codeGeneration: { strings: false, wasm: false }, microtaskMode: 'afterEvaluate' })
    PRELUDE.runInContext(this.#context, QUIET)
    const install = (web ? RUNTIME_WEB : RUNTIME).runInContext(this.#context, QUIET)
    const post = (op, a, b, c) => (this.#stopped ? '' : this.post(op, a, b, c))
    this.#dispatch = install(post, { codegen, wasm, web, hideHostFrames: true })
  }

  dispatch = (op, a, b, c) => {
    if (op === ASK.PARSE_BODY) return parseVmBody(vm, a)
    const answered = this.#guarded(() => {
      const answer = this.#dispatch(op, a, b, c)
      // Promise jobs of a context run at the end of its scripts.
      JOBS.runInContext(this.#context, QUIET)
      return answer
    })
    if ('thrown' in answered) throw new CellFault('crash', 'the guest runtime failed')
    return answered.value
  }

  parse(form, code, filename) {
    return vmSource(vm, form, code, filename, tools).problem
  }

  execute(form, code, filename) {
    const { script, wants } = vmSource(vm, form, code, filename, tools)
    if (wants !== undefined) {
      this.dispatch(ASK.THREW_COPY, 'Error', `Cannot import "${wants}": this sandbox has no modules to import`)
      return 0
    }
    if (script === undefined) return 1
    const ended = this.#guarded(() => script.runInContext(this.#context, QUIET))
    if ('thrown' in ended) this.dispatch(ASK.THREW, ended.thrown)
    else this.dispatch(form === 'script' ? ASK.VALUE : ASK.INVOKE, ended.value)
    return 0
  }

  stop() {
    this.#stopped = true
  }

  dispose() {
    this.#stopped = true
  }

  /** Enters the guest with what is left of its time. Our clock says whether it was stopped, never what it threw. */
  #guarded(enter) {
    const timeout = Math.ceil(this.deadline - performance.now())
    if (timeout <= 0) throw new CellFault('timeout')
    clock.enter = enter
    try {
      return { value: ENTER.runInContext(clock, { timeout, ...QUIET }) }
    } catch (thrown) {
      if (this.#stopped) throw new CellFault('stopped')
      if (performance.now() >= this.deadline - 1) throw new CellFault('timeout')
      return { thrown }
    }
  }
}

/** 4. The executor: options, runs, programs, sessions and stats are the toolkit's. */
const create = (capabilities, options) => {
  oneOf('placement', options.placement, ['in-process'])
  return new EngineExecutor({
    engine: ENGINE,
    capabilities,
    options,
    host: new InProcessHost({ engine: ENGINE, memoryFloor: 0, create: (cell) => new NodeVmCell(cell) }, () => {
      throw new Error('nobody can ask this engine for TypeScript or operations')
    }),
  })
}

/** 5. The provider. Making it does nothing; `probe` runs the canary in a real cell. */
const provider = (capabilities) => ({
  spec: SPEC,
  id: ENGINE,
  placements: ['in-process'],
  capabilities: () => capabilities,
  create: async (options = {}) => create(capabilities, options),
  probe: async () => {
    const startedAt = performance.now()
    await using executor = create(capabilities, { trust: 'trusted' })
    const reason = await canaryHolds(executor)
    return { engine: ENGINE, usable: reason === undefined, ...(reason && { reason }), durationMs: performance.now() - startedAt }
  },
})

export const nodeVmProvider = provider(HONEST)
/** The same engine, taken for a sandbox. The kit does not believe it. */
export const boastfulProvider = provider({ ...HONEST, boundary: true })
