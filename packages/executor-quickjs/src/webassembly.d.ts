// Node has these globals, its types do not, and those of a browser bring a hundred that Node lacks.
declare namespace WebAssembly {
  function compile(bytes: Uint8Array): Promise<Module>
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>)
    readonly exports: Record<string, unknown>
  }
  interface Memory {
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  interface Global<_Type> {
    value: number
  }
}
