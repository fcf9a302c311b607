// Finds Chromium for the tests in a page, or installs Debian's where it can. `BEDDEL_CHROMIUM` names another one.
import { ensurePackage } from './ensure-package.mjs'
import { findChromium } from './find-chromium.mjs'

ensurePackage({ name: 'Chromium', tests: 'The tests in a page', find: findChromium, packageName: 'chromium', variable: 'BEDDEL_CHROMIUM' })
