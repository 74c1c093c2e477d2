/** A prompt that the model cannot take in. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
}
