import { styleText } from 'node:util';
import { formatDuration } from './duration.js';

/** One report of a long job. */
export interface ProgressReport {
  /** What is being done, and for which layer: `icons 20 × 20 · fire8`. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** How much is done, in words, where `done` and `total` are no numbers for people: `run 3 of 15`. */
  readonly counts?: string;
  /** How it goes, shown at the end of the line: `loss 1.23`. */
  readonly detail?: string;
}

/** Where progress goes: a stream that may be a terminal. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows how a long job goes on: one line that is redrawn on a terminal, a plain line now and then where there is none.
 * The time left is a stage's elapsed time scaled by what is still to do; what a resumed run found finished does not count.
 *
 * @example
 * const progress = new Progress(process.stderr);
 * progress.report({ label: 'collect · fire8', done: 128, total: 1000 });
 * progress.finish();
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #seconds: () => number;
  #label: string | null = null;
  #last: ProgressReport | null = null;
  #startedAt = 0;
  #doneAtStart = 0;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(stream: ProgressStream, seconds: () => number = () => performance.now() / 1000) {
    this.#stream = stream;
    this.#seconds = seconds;
  }

  report(report: ProgressReport): void {
    const now = this.#seconds();
    if (report.label !== this.#label) {
      this.#endStage(now);
      this.#label = report.label;
      this.#startedAt = now;
      this.#doneAtStart = report.done;
      this.#shownAt = Number.NEGATIVE_INFINITY;
    }
    this.#last = report;
    const everySeconds = this.#stream.isTTY ? 0.1 : 10;
    if (now - this.#shownAt < everySeconds && report.done < report.total) return;
    if (!this.#stream.isTTY && report.done >= report.total) return;
    this.#shownAt = now;
    this.#draw(report, now);
  }

  /** Prints a line that stays, above the moving one. */
  note(line: string): void {
    this.#clear();
    this.#stream.write(`${line}\n`);
  }

  /** Ends the last stage. */
  finish(): void {
    this.#endStage(this.#seconds());
    this.#label = null;
    this.#last = null;
  }

  #draw(report: ProgressReport, now: number): void {
    const share = report.total > 0 ? report.done / report.total : 0;
    const fresh = report.done - this.#doneAtStart;
    const left = fresh > 0 ? ((now - this.#startedAt) / fresh) * (report.total - report.done) : Number.POSITIVE_INFINITY;
    const remaining = Number.isFinite(left) ? `${formatDuration(left)} left` : 'estimating';
    const counts = report.counts ?? `${report.done} / ${report.total}`;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${report.label}: ${counts}, ${remaining}${report.detail ? `, ${report.detail}` : ''}\n`);
      return;
    }
    const width = 24;
    const full = Math.round(share * width);
    const bar = styleText('cyan', '━'.repeat(full)) + styleText('dim', '━'.repeat(width - full));
    const [label, after] = [report.label.padEnd(28), ` ${counts}  ${remaining}`];
    // A line that wraps could not be cleared: what does not fit is cut off.
    const room = (this.#stream.columns ?? 120) - label.length - 1 - width - after.length - 3;
    const detail = report.detail && room > 0 ? `  ${report.detail.slice(0, room)}` : '';
    this.#clear();
    this.#stream.write(`${label} ${bar}${after}${detail}`);
  }

  #endStage(now: number): void {
    if (this.#label === null || this.#last === null) return;
    this.#clear();
    if (this.#last.done < this.#last.total) return;
    const reused = this.#doneAtStart >= this.#last.total ? 'finished earlier' : formatDuration(now - this.#startedAt);
    const mark = this.#stream.isTTY ? styleText('green', '✔') : 'done:';
    this.#stream.write(`${mark} ${this.#label}: ${this.#last.counts ?? this.#last.total}, ${reused}\n`);
  }

  #clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
  }
}
