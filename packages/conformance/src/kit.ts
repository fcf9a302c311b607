/**
 * The cases, oracles and judge, without a word of Node: for whoever runs the kit in another place and brings that
 * place's {@link KitEnvironment}.
 */
export { type Attack, type AttackOf, FAMILIES, type Family, family } from './attacks/attack.js'
export { ATTACKS, attackById } from './attacks/index.js'
export { attackOne, type Subject } from './harness/attack-one.js'
export type { AttackContext } from './harness/context.js'
export { type KitEnvironment, noWaiting, type WaitClock } from './harness/environment.js'
export { hostTime, timed } from './harness/host-time.js'
export { type Breach, type Verdict } from './harness/judge.js'
export { hostErrors } from './harness/perform.js'
export type { Bait, Scene } from './harness/scene.js'
export { type Standing, standingOf } from './harness/standing.js'
export { GRACE_MS, STALL_MS } from './oracles/index.js'
export { ORACLE_NAMES, type OracleName } from './oracles/oracle.js'
export { same } from './compare/same.js'
export { show } from './compare/show.js'
export { type Answer, type AnswerCase, checkAnswer, type Engine } from './answers/answer.js'
export { ANSWERS } from './answers/index.js'
export { GLOBALS } from './answers/globals.js'
export { ANSWER_SUITES, BEHAVIOUR_SUITES, conformanceSuites, SUITES, type SuiteTarget, type TestApi } from './suites/index.js'
export { listTests, type TestList, type TestResult } from './suites/list.js'
export { type Figure, FIGURE_NAMES, type FigureName, figuresOf, measure } from './figures/index.js'
