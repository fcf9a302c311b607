import { AdapterRunner } from './adapter-runner.ts'
import { HttpRunner } from './http-runner.ts'
import type { Runner } from './runner.ts'

/** Where guests can run. */
export interface Place {
  id: string
  title: string
  runner: Runner
}

const token = document.querySelector<HTMLMetaElement>('meta[name=beddel-token]')?.content

export const PLACES: readonly Place[] = [
  { id: 'page', title: 'In this page', runner: new AdapterRunner() },
  ...(token ? [{ id: 'node', title: 'On this machine', runner: new HttpRunner(token) }] : []),
]
