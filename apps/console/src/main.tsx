import 'uplot/dist/uPlot.min.css'
import './style.css'
import { render } from 'preact'
import { watchEngines } from './explained.ts'
import { listen } from './keys.ts'
import { openLink } from './link.ts'
import { App } from './ui/app.tsx'

await openLink()
addEventListener('hashchange', () => void openLink())
listen()
watchEngines()
render(<App />, document.querySelector('#app') as HTMLElement)
