import { describeError, isAbort } from './errors.js';
import { createProgram } from './program.js';

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  if (isAbort(error)) process.exitCode = 130;
  else {
    process.stderr.write(`${describeError(error, process.argv.includes('--debug'))}\n`);
    process.exitCode = 1;
  }
}
