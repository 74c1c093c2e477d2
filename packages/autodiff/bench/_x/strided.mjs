import { GraphBuilder, rnd, prof } from './lib.mjs';
// name: N, O (conv out ch), I (conv in ch), P (out size), H (in size), k, s, p(begin)
const cases = { rn64:[8,128,64,28,56,3,2,1], rn128:[8,256,128,14,28,3,2,1], rn256:[8,512,256,7,14,3,2,1], rn32:[8,64,32,28,56,3,2,1], rn64s:[8,64,64,8,16,3,2,1], an:[8,128,64,8,16,5,2,2],
  incepA:[8,384,288,6,13,3,2,0], incepB:[8,96,96,6,13,3,2,0], resnet7:[8,64,3,32,64,7,2,3], sq3:[16,64,3,47,96,3,2,0],incep1:[8,32,3,63,128,3,2,0],
  res3:[8,32,16,8,16,3,2,1], res1:[8,32,16,8,16,1,2,0], res3b:[8,32,24,8,8*2,3,2,1], cn4:[8,16,3,16,64,4,4,0], cn2:[8,24,16,8,16,2,2,0], cn2b:[8,48,32,2,4,2,2,0], vit:[8,48,3,4,64,16,16,0], sq224:[8,64,3,111,224,3,2,0]
};
for (const name of (process.argv[2]??Object.keys(cases).join()).split(',')) {
  const [N,O,I,P,H,k,s,p]=cases[name];
  const W=Float32Array.from({length:O*I*k*k},(_, i)=>Math.sin(i*3.3+i*i*.01));
  const at=(o,i,a,b)=>W[((o*I+i)*k+a)*k+b];
  const pre=(b)=>{ const gin=b.input('gin','float32',['n',O,P,P]); const w=b.f32(Float32Array.from({length:O*O},(_, i)=>(i%(O+1)===0?1:0)),[O,O,1,1]); return b.op('Conv',[gin,w],{kernel_shape:[1,1]}); };
  const post=(b,dx)=>{ b.output(dx,'float32',null); return b.model(); };
  const forms={};
  forms.convT=()=>{const b=new GraphBuilder({opset:17}); const g=pre(b); const rows=(P-1)*s+k-p-H; return post(b,b.op('ConvTranspose',[g,b.f32(W,[O,I,k,k])],{kernel_shape:[k,k],strides:[s,s],pads:[p,p,Math.max(0,rows),Math.max(0,rows)],...(rows<0?{output_padding:[-rows,-rows]}:{})}));};
  // padded coordinate t*s+u = x+p ; x+p = s*i + a => a = u + s*m, i = t - m, m=0..M-1, M=ceil(k/s)
  const M=Math.ceil(k/s); const T=Math.ceil((H+p)/s); // t in 0..T-1
  forms.subpixel=(padTo=0)=>{const b=new GraphBuilder({opset:17}); const g=pre(b);
    const OC=s*s*I; const kk=new Float32Array(OC*O*M*M);
    for(let u=0;u<s;u++)for(let v=0;v<s;v++)for(let i=0;i<I;i++)for(let o=0;o<O;o++)for(let m=0;m<M;m++)for(let n=0;n<M;n++){ const a=u+s*m,c=v+s*n; if(a<k&&c<k) kk[((( (u*s+v)*I+i)*O+o)*M+(M-1-m))*M+(M-1-n)]=at(o,i,a,c);} 
    const endp=T-P+0; // out size = P + (M-1) + end - (M-1) => P+end... rows: pads begin M-1, end e: out=P+(M-1)+e-(M-1)=P+e => e=T-P
    const conv=b.op('Conv',[g,b.f32(kk,[OC,O,M,M])],{kernel_shape:[M,M],pads:[M-1,M-1,T-P,T-P]});
    const d=b.op('DepthToSpace',[conv],{blocksize:s});
    return post(b, (p===0&&T*s===H)?d: b.op('Slice',[d,b.i64([p,p]),b.i64([p+H,p+H]),b.i64([2,3])]));};
  forms.phases=()=>{const b=new GraphBuilder({opset:17}); const g=pre(b); const list=[];
    for(let u=0;u<s;u++)for(let v=0;v<s;v++){ const mu=Math.ceil((k-u)/s),mv=Math.ceil((k-v)/s); if(mu<=0||mv<=0) throw new Error('skip'); const kk=new Float32Array(I*O*mu*mv);
      for(let i=0;i<I;i++)for(let o=0;o<O;o++)for(let m=0;m<mu;m++)for(let n=0;n<mv;n++) kk[((i*O+o)*mu+(mu-1-m))*mv+(mv-1-n)]=at(o,i,u+s*m,v+s*n);
      list.push(b.op('Conv',[g,b.f32(kk,[I,O,mu,mv])],{kernel_shape:[mu,mv],pads:[mu-1,mv-1,T-P,T-P]}));}
    const cat=b.op('Concat',list,{axis:1}); const d=b.op('DepthToSpace',[cat],{blocksize:s});
    return post(b, (p===0&&T*s===H)?d: b.op('Slice',[d,b.i64([p,p]),b.i64([p+H,p+H]),b.i64([2,3])]));};
  forms.phasesNhwc=()=>{const b=new GraphBuilder({opset:17}); const g=pre(b); const rows=[];
    for(let u=0;u<s;u++){ const list=[]; for(let v=0;v<s;v++){ const mu=Math.ceil((k-u)/s),mv=Math.ceil((k-v)/s); const kk=new Float32Array(I*O*mu*mv);
      for(let i=0;i<I;i++)for(let o=0;o<O;o++)for(let m=0;m<mu;m++)for(let n=0;n<mv;n++) kk[((i*O+o)*mu+(mu-1-m))*mv+(mv-1-n)]=at(o,i,u+s*m,v+s*n);
      list.push(b.op('Conv',[g,b.f32(kk,[I,O,mu,mv])],{kernel_shape:[mu,mv],pads:[mu-1,mv-1,T-P,T-P]}));}
      const t=b.op('Transpose',[b.op('Concat',list,{axis:1})],{perm:[0,2,3,1]}); rows.push(b.op('Reshape',[t,b.i64([0,0,1,T*s*I])])); }
    const d=b.op('Reshape',[b.op('Concat',rows,{axis:2}),b.i64([0,T*s,T*s,I])]);
    const cut=(p===0&&T*s===H)?d: b.op('Slice',[d,b.i64([p,p]),b.i64([p+H,p+H]),b.i64([1,2])]);
    return post(b,b.op('Transpose',[cut],{perm:[0,3,1,2]}));};
  if(k===s) forms.matmul=()=>{const b=new GraphBuilder({opset:17}); const g=pre(b); const t=b.op('Transpose',[g],{perm:[0,2,3,1]});
    // [N,P,P,O] x [O, k(a), k(b), I] ; want [N,I,P,a,P,b]
    const kk=new Float32Array(O*k*k*I); for(let o=0;o<O;o++)for(let i=0;i<I;i++)for(let a=0;a<k;a++)for(let c=0;c<k;c++) kk[((o*I+i)*k+a)*k+c]=at(o,i,a,c);
    const m=b.op('MatMul',[t,b.f32(kk,[O,I*k*k])]); const r=b.op('Reshape',[m,b.i64([0,P,P,I,k,k])]); const tt=b.op('Transpose',[r],{perm:[0,3,1,4,2,5]}); return post(b,b.op('Reshape',[tt,b.i64([0,I,H,H])]));};
  if(k===s) forms.conv1x1=()=>{const b=new GraphBuilder({opset:17}); const g=pre(b);
    const kk=new Float32Array(O*k*k*I); for(let o=0;o<O;o++)for(let i=0;i<I;i++)for(let a=0;a<k;a++)for(let c=0;c<k;c++) kk[((i*k+a)*k+c)*O+o]=at(o,i,a,c);
    const m=b.op('Conv',[g,b.f32(kk,[I*k*k,O,1,1])],{kernel_shape:[1,1]}); const r=b.op('Reshape',[m,b.i64([0,I,k,k,P,P])]); const tt=b.op('Transpose',[r],{perm:[0,1,4,2,5,3]}); return post(b,b.op('Reshape',[tt,b.i64([0,I,H,H])]));};
  let ref=null; console.log('##',name,[N,O,I,P,H,k,s,p].join());
  for(const [f,make] of Object.entries(forms)){ try{ console.log(' -',f); const out=await prof(make(),{gin:rnd([N,O,P,P])},N,{top:process.argv[3]?8:3,rounds:25}); const d=Object.values(out)[0].data; if(!ref) ref=d; else { let e=0,q=0; for(let i=0;i<ref.length;i++){e+=(d[i]-ref[i])**2;q+=ref[i]**2;} if(d.length!==ref.length||Math.sqrt(e/q)>1e-5) console.log('   !!! differs',d.length,ref.length,Math.sqrt(e/q)); } }catch(err){console.log('   ',err.message.slice(0,160));} }
}
