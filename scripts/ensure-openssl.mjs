// Finds OpenSSL for the tests of signatures, or installs Debian's where it can. Nothing else is downloaded.
// `BEDDEL_OPENSSL` names another one.
import { ensureTool } from './ensure-tool.mjs'
import { findOpenssl } from './find-openssl.mjs'

ensureTool({ tool: 'OpenSSL 3', debian: 'openssl', variable: 'BEDDEL_OPENSSL', who: 'The tests of signatures', find: findOpenssl })
