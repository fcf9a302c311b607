// Made by scripts/build-frame.mjs from src/frame. Do not edit.
export const FRAME_SCRIPT = "\"use strict\";(()=>{var{nonce:g}=document.documentElement.dataset,c=new Map,m=new Map;addEventListener(\"message\",function t({source:o,ports:n}){let r=n[0];if(o!==parent||r===void 0)return;removeEventListener(\"message\",t);let s=e=>r.postMessage(e);r.onmessage=({data:e,ports:[i]})=>{e[0]===\"script\"?c.set(e[1],new Blob([e[2]],{type:\"text/javascript\"})):e[0]===\"make\"?p(e[1],e[2],i,s):(m.get(e[1])?.terminate(),m.delete(e[1]),s([\"ended\",e[1]]))},s([\"hello\",g])});function p(t,o,n,r){let s=URL.createObjectURL(c.get(o)),e=new Worker(s);URL.revokeObjectURL(s),m.set(t,e);let i=a=>{a.preventDefault(),r([\"failed\",t,a.message])};e.addEventListener(\"error\",i,{once:!0}),e.postMessage(0,[n])}})();"

/** For a page's own policy: what its `script-src` must let pass. */
export const FRAME_SCRIPT_HASH = 'sha256-Gg6aZeTw1w+ok1btOuIWAOMH64P0sugoG9MT5HiVcSM='
