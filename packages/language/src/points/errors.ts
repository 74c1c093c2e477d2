/** A name that is no canonical point of this model. */
export class UnknownPointError extends Error {
  override readonly name = 'UnknownPointError';
}

/** A point that this model does not have or hides; the message says why. */
export class RefusedPointError extends Error {
  override readonly name = 'RefusedPointError';
}
