/** What happens while a classifier is trained. */
export type ClassifierEvent =
  | {
      readonly kind: 'training';
      readonly step: number;
      readonly epoch: number;
      /** Means over the steps since the report before. */
      readonly loss: number;
      readonly accuracy: number;
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly imagesPerSecond: number;
      readonly ms: { readonly step: number; readonly data: number; readonly run: number; readonly update: number };
    }
  | {
      readonly kind: 'evaluation';
      readonly step: number;
      readonly epoch: number;
      readonly top1: number;
      readonly top5: number;
      /** Mean cross-entropy of the held-out pictures in nats, without label smoothing. */
      readonly loss: number;
      readonly best: boolean;
    };
