import { describe, expect, it } from 'vitest';
import { parseClamp } from './parseClamp.js';

describe('a clamp in one line', () => {
  it.each([
    ['z.2[h=3]=zero', { clamp: { point: 'z.2', kind: 'zero', heads: [3] } }],
    [
      'attn_probs.0[h=0+2:4,p=5,k=1]=set:0.5',
      { clamp: { point: 'attn_probs.0', kind: 'set', value: 0.5, heads: [0, 2, 3], positions: [5], keys: [1] } },
    ],
    ['mlp_out.1=-2e-1', { clamp: { point: 'mlp_out.1', kind: 'set', value: -0.2 } }],
    ['embeddings=scale:2', { clamp: { point: 'embeddings', kind: 'scale', value: 2 } }],
    ['resid_pre.0=mean', { clamp: { point: 'resid_pre.0', kind: 'mean' } }],
    ['resid_pre.0=mean:a = b: c', { clamp: { point: 'resid_pre.0', kind: 'mean', over: ['a = b: c'] } }],
    ['v.0[p=0:2]=patch:Once upon', { clamp: { point: 'v.0', kind: 'patch', from: 'Once upon', positions: [0, 1] } }],
    [
      'resid_post.4=add:@a b.safetensors*8',
      { file: 'a b.safetensors', clamp: { point: 'resid_post.4', kind: 'add', strength: 8 } },
    ],
    ['resid_post.4=set:@x.st', { file: 'x.st', clamp: { point: 'resid_post.4', kind: 'set', strength: 1 } }],
  ])('is read: %s', (text, expected) => {
    expect(parseClamp(text)).toEqual(expected);
  });

  it.each([
    ['z.2', /not of the form/],
    ['z.2=nothing', /"nothing" is no number, nor a kind of clamp/],
    ['z.2=set', /"" is no number/],
    ['z.2[x=1]=zero', /"x=1" is not h=…, p=… or k=…/],
    ['z.2=patch', /patch needs the text/],
  ])('is refused with the reason: %s', (text, message) => {
    expect(() => parseClamp(text)).toThrow(message);
  });
});
