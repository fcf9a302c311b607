// No mistake of vm2: the package gives its guests its own lodash, which makes functions of texts where it was loaded.
require('lodash').template('<% process.getBuiltinModule("fs").writeFileSync(file, String(process.pid)) %>')({ file: CANARY })
