/** A model that is no decoder of text: no token embedding, no residual stream, no attention, or no logits. */
export class NotADecoderError extends Error {
  override readonly name = 'NotADecoderError';
}
