import { GraphBuilder, float, rnd, prof } from './lib.mjs';
const N=16,C=64,H=47,P=23;
const b = new GraphBuilder({opset:17});
const xin=b.input('xin','float32',['n',C,H,H]); const gin=b.input('gin','float32',['n',C,P,P]);
const w=b.f32(Float32Array.from({length:C*C},(_, i)=>Math.sin(i*3.3)),[C,C,1,1]);
const x=b.op('Relu',[b.op('Conv',[xin,w],{kernel_shape:[1,1]})]);
const y=b.op('MaxPool',[x],{kernel_shape:[3,3],strides:[2,2]});
const g=b.op('Conv',[gin,w],{kernel_shape:[1,1]});
// direct 1 offset mask
const onehot=(kh,kw,a,c)=>{const v=new Float32Array(C*kh*kw); for(let i=0;i<C;i++) v[i*kh*kw+a*kw+c]=-1; return b.f32(v,[C,1,kh,kw]);};
const outs=[];
for (const [kh,kw] of [[1,1],[2,2],[3,3]]) {
  const d=b.op('Conv',[x,onehot(kh,kw,kh-1,kw-1)],{kernel_shape:[kh,kw],strides:[2,2],group:C,pads:[0,0,0,0]});
  const e=H-(P-1)*2-kh; // crop ok?
  const t=kh===3? d : b.op('Conv',[x,onehot(kh,kw,kh-1,kw-1)],{kernel_shape:[kh,kw],strides:[2,2],group:C});
  const dd = kh===1? null : d;
  if (kh===1) continue; // size 24
  const m=b.op('HardSigmoid',[b.op('Add',[d,y])],{alpha:float(3e38),beta:float(0)});
  const r=b.op('Mul',[g,m]);
  const p=b.op('Sub',[g,r]);
  outs.push(b.op('Conv',[r,w],{kernel_shape:[1,1]}));
}
for (const o of outs) b.output(o,'float32',null);
await prof(b.model(),{xin:rnd([N,C,H,H]),gin:rnd([N,C,P,P])},N);
