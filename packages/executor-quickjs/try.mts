import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { quickJsCells } from './src/cell.ts'
import { EngineExecutor, InProcessHost, sourceTools } from '@beddel/core/engine'
const require = createRequire(import.meta.url)
const factory = quickJsCells(() => new WebAssembly.Module(readFileSync(require.resolve('quickjs-wasi/quickjs.wasm'))))
const capabilities: any = { placement:'in-process', boundary:true, survivesGuest:false, isolation:'engine', limits:{wall:{enforced:'hard'},cpu:{enforced:'hard'},heap:{enforced:'hard'},externalMemory:{enforced:'none'},stack:{enforced:'hard'},operations:{enforced:'hard',note:''}}, hostCalls:'sync+async', modules:true,wasm:true,codegen:true,typescript:true,session:true,compile:true,runSync:true,freshness:['isolate','context'],intl:'full',blocksHost:true }
const ex = new EngineExecutor({ engine:'quickjs', capabilities, options:{acceptHostRisk:true, web: true}, host: new InProcessHost(factory, () => sourceTools(() => require('@beddel/source'))) })
const show = async (s: string, r?: any) => { const o: any = await ex.run(s, r); console.log(JSON.stringify(s.slice(0,70)), o.success ? o.result : [o.error.code, o.error.message, o.error.guest?.stack], o.duration.toFixed(2), o.logs.map((l:any)=>l.text)) }
for (const s of ['2+2','return 2+2','await 5','export default 7','const x = await 3; export default x*2','throw {a:1}','throw new TypeError("q")','null.x','return null.x','function f(){return f()} f()','throw new RangeError("Maximum call stack size exceeded")','({a:1,b:[undefined,NaN,-0,10n,new Date(5),/x/g,new Map([[1,2]]),new Set([3]),new Uint8Array([1,2,255])]})','const a={};a.a=a;a','()=>1','new Promise(()=>{})','console.log("hi",{a:[1,2]},new Error("x"));1','let x = ;','return {','await (f())\nfunction f(){return 9}','}); globalThis.pwn=1; (async function(){','import x from "fs"; export default 1','new URL("http://a.b/c?d=1#e").searchParams.get("d")+new TextDecoder().decode(new TextEncoder().encode("é€😀"))+btoa("abc")','await new Promise(r=>setTimeout(r,20)); return "t"','JSON.parse("{")', 'typeof process+typeof require+typeof eval+typeof Function+typeof WebAssembly','(()=>{}).constructor("return 1")()','crypto.randomUUID().length+","+crypto.getRandomValues(new Uint8Array(4)).length','new (class Foo{x=1})', 'import("fs")']) await show(s)
await show('for(;;);',{limits:{timeoutMs:100}})
await show('const a=[];for(;;)a.push({})',{limits:{memoryBytes:16<<20}})
await show('input.x + y + await host.add(1,2)',{input:{x:1},globals:{y:10},hostFunctions:{host:{add:(a:number,b:number)=>a+b}}})
await show('await fail()',{hostFunctions:{fail(){throw new Error('secret')}}})
await show('for(let i=0;i<2000;i++) { ok() }',{hostFunctions:{ok(){}}})
const s = await ex.session!({})
for (const c of ['let q=1; function inc(){return ++q}','inc()','q','throw {z:1}']) { const o: any = await s.run(c); console.log(c, o.result ?? o.error?.message) }
console.log((await s.call('inc',[])).result, ex.getStats())
let t=performance.now(); for(let i=0;i<300;i++) await ex.run('1+1'); console.log('per fresh run', (performance.now()-t)/300)
t=performance.now(); for(let i=0;i<3000;i++) s.callSync!('inc',[]); console.log('per session call', (performance.now()-t)/3000)
console.log((await ex.run('1')).usage)
