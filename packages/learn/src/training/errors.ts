/** The loss or the gradient stopped being a number. The last good checkpoint is on the caller's side, untouched. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
  readonly step: number;
  readonly loss: number;

  constructor(step: number, loss: number, what: 'loss' | 'gradient') {
    super(
      `The ${what} is no number any more at step ${step} (loss ${loss}); that batch is the one of step ${step}. ` +
        'Resume from the last checkpoint with a lower learning rate, a longer warm-up or a smaller clipNorm.',
    );
    this.step = step;
    this.loss = loss;
  }
}
