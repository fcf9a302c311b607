// Finds Chromium for the tests in a page, or installs Debian's where it can. Nothing else is downloaded.
// `BEDDEL_CHROMIUM` names another one.
import { ensureTool } from './ensure-tool.mjs'
import { findChromium } from './find-chromium.mjs'

ensureTool({ tool: 'Chromium', debian: 'chromium', variable: 'BEDDEL_CHROMIUM', who: 'The tests in a page', find: findChromium })
