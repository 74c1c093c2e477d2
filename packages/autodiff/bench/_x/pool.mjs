import { GraphBuilder, float, rnd, prof } from './lib.mjs';
import { vjp } from '../../dist/index.js';
const [N,C,H,k,s,bg,consumer] = [16, ...(process.argv[2]??'64,47,3,2,0').split(',').map(Number), process.argv[3]??'convT'];
const P=Math.floor((H+2*bg-k)/s)+1;
const oneHot=(b,kh,kw,a,c,val)=>{const v=new Float32Array(C*kh*kw); for(let i=0;i<C;i++) v[i*kh*kw+a*kw+c]=val; return b.f32(v,[C,1,kh,kw]);};
// view conv: rows: start -begin + a, count T, stride; returns {L, end}
const fit=(size,begin,a,count,stride)=>{ let L=a+1; let end=(count-1)*stride+L-size-begin; if(end<0){ const slack=Math.min(-end, stride-1); end+=slack; /* floor slack */ if(end<0){L+=-end; end=0;} } return {L,end:Math.max(0,end)}; };
function build(form){
  const b=new GraphBuilder({opset:17});
  const xin=b.input('xin','float32',['n',C,H,H]); const gin=b.input('gin','float32',['n',C,P,P]);
  const w=b.f32(Float32Array.from({length:C*C},(_, i)=>Math.sin(i*3.3)),[C,C,1,1]);
  const x=b.op('Relu',[b.op('Conv',[xin,w],{kernel_shape:[1,1]})]);
  const y=b.op('MaxPool',[x],{kernel_shape:[k,k],strides:[s,s],pads:[bg,bg,bg,bg]});
  if(form==='fwd'){ b.output(y,'float32',null); return b.model(); }
  const g0=b.op('Conv',[gin,w],{kernel_shape:[1,1]});
  const g=b.op('Mul',[g0,b.op('HardSigmoid',[y],{alpha:float(3e38),beta:float(0)})]);
  const mid=b.op('MaxPool',[x],{kernel_shape:[1,k],strides:[1,s],pads:[0,bg,0,bg]});
  const dwv=(src,val,[sh,sw],rows,cols)=>{ // rows {size,begin,a,count,stride}
    const r=fit(rows.size,rows.begin,rows.a,rows.count,rows.stride), c=fit(cols.size,cols.begin,cols.a,cols.count,cols.stride);
    return b.op('Conv',[src,oneHot(b,r.L,c.L,rows.a,cols.a,val)],{kernel_shape:[r.L,c.L],strides:[rows.stride,cols.stride],pads:[rows.begin,cols.begin,r.end,c.end],group:C});
  };
  const ident=(size)=>({size,begin:0,a:0,count:size,stride:1});
  const room=Math.ceil((k-1)/s), T=P+room;
  const gate=(v,t)=>b.op('HardSigmoid',[b.op('Add',[v,t])],{alpha:float(3e38),beta:float(0)});
  const chain=(r,masks)=>{ const parts=[]; for(const n of masks){ const next=b.op('Mul',[r,n]); 
      parts.push(b.op('Add',[b.op('Conv',[next,oneHot(b,1,1,0,0,-1)],{kernel_shape:[1,1],group:C}),r])); r=next;} parts.push(r); return parts; };
  const phases=(parts,shape,axis)=>{ // returns per-phase tensors of length T along axis
    return Array.from({length:s},(_,u)=>{ let acc=null; for(let a=u;a<k;a+=s){ const shift=Math.floor(a/s);
        const pos=axis==='h'?[shift,0,room-shift,0]:[0,shift,0,room-shift];
        const L=1; const pl=room===0? parts[a] : b.op('Conv',[parts[a],oneHot(b,1,1,0,0,1)],{kernel_shape:[1,1],pads:pos,group:C});
        acc=acc?b.op('Add',[pl,acc]):pl; } return acc; }); };
  const mh=[]; for(let a=0;a<k-1;a++) mh.push(gate(dwv(mid,-1,[s,1],{size:H,begin:bg,a,count:P,stride:s},ident(P)),y));
  const D=phases(chain(g,mh),null,'h');
  const rowsOut=D.map((d,u)=>{
    const rows={size:H,begin:bg,a:u,count:T,stride:s};
    const midu=dwv(mid,1,[s,1],rows,ident(P));
    const mw=[]; for(let c=0;c<k-1;c++) mw.push(gate(dwv(x,-1,[s,s],rows,{size:H,begin:bg,a:c,count:P,stride:s}),midu));
    const E=phases(chain(d,mw),null,'w');
    const cat=b.op('Concat',E,{axis:1});
    const nhwc=b.op('Transpose',[cat],{perm:[0,2,3,1]});
    return b.op('Reshape',[nhwc,b.i64([0,0,1,T*s*C])]);
  });
  const rowsCat=b.op('Concat',rowsOut,{axis:2});
  const whole=b.op('Reshape',[rowsCat,b.i64([0,T*s,T*s,C])]);
  const cut=b.op('Slice',[whole,b.i64([bg,bg]),b.i64([bg+H,bg+H]),b.i64([1,2])]);
  const dx=b.op('Transpose',[cut],{perm:[0,3,1,2]});
  const w3=b.f32(Float32Array.from({length:C*27},(_, i)=>Math.sin(i*3.3)),[C,3,3,3]);
  b.output(consumer==='convT'? b.op('ConvTranspose',[dx,w3],{strides:[2,2],kernel_shape:[3,3]}) : b.op('Conv',[dx,w],{kernel_shape:[1,1]}),'float32',null);
  return b.model();
}
function old(){
  const b=new GraphBuilder({opset:17});
  const xin=b.input('xin','float32',['n',C,H,H]);
  const w=b.f32(Float32Array.from({length:C*C},(_, i)=>Math.sin(i*3.3)),[C,C,1,1]);
  const pre=b.op('Conv',[xin,w],{kernel_shape:[1,1]}); const x=b.op('Relu',[pre]);
  const y=b.op('MaxPool',[x],{kernel_shape:[k,k],strides:[s,s],pads:[bg,bg,bg,bg]});
  const z=b.op('Conv',[y,b.f32(Float32Array.from({length:C*C},(_, i)=>Math.sin(((i%C)*C+Math.floor(i/C))*3.3)),[C,C,1,1])],{kernel_shape:[1,1]});
  b.output(z,'float32',null);
  const m=vjp(b.model(),{of:z,wrt:pre,shapes:{xin:['n',C,H,H]}});
  // append consumer
  const b2=new GraphBuilder({opset:17,prefix:'q'}); b2.append(m.graph.nodes,m.graph.initializers); for(const i of m.graph.inputs) b2.input(i.name,'float32',i.type.shape);
  const o=m.graph.outputs[0].name;
  const w3=b2.f32(Float32Array.from({length:C*27},(_, i)=>Math.sin(i*3.3)),[C,3,3,3]);
  b2.output(consumer==='convT'? b2.op('ConvTranspose',[o,w3],{strides:[2,2],kernel_shape:[3,3]}) : b2.op('Conv',[o,w],{kernel_shape:[1,1]}),'float32',null);
  if(consumer!=='convT'){ const bb=b2; bb.initializer; }
  return {m:b2,w,o,z};
}
const feeds={xin:rnd([N,C,H,H]),gin:rnd([N,C,P,P])};
console.log('forward'); await prof(build('fwd'),feeds,N,{top:4});
console.log('new'); const a=await prof(build('new'),feeds,N,{top:45});
try { console.log('old'); const {m,z}=old(); let model=m.model(); if(consumer!=='convT'){ model={...model,graph:{...model.graph,initializers:new Map([...model.graph.initializers,['f32',[...model.graph.initializers.values()].find(t=>t.dims.length===4&&t.dims[0]===C&&t.dims[1]===C)]])}}; }
const c=await prof(model,{xin:feeds.xin,[`cotangent:${z}`]:feeds.gin},N,{top:45});
const A=Object.values(a)[0].data,B=Object.values(c)[0].data; let d=0,nn=0; for(let i=0;i<A.length;i++){d+=(A[i]-B[i])**2;nn+=B[i]**2;} console.log('rel diff',Math.sqrt(d/nn)); } catch(e){ console.log(e.message.slice(0,300)); }
