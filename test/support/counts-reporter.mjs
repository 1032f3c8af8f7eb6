/** Prints the counts as the last line of a run, where readers look first. */
export default class CountsReporter {
  onRunComplete(_contexts, results) {
    const { numFailedTests, numPassedTests, numPendingTests, numTotalTests, numRuntimeErrorTestSuites, startTime } = results;
    const seconds = Math.round((Date.now() - startTime) / 1000);
    const broken = numRuntimeErrorTestSuites > 0 ? `, ${numRuntimeErrorTestSuites} files did not run` : '';
    const counts = `${numFailedTests} failed, ${numPendingTests} skipped, ${numPassedTests} passed, ${numTotalTests} total`;
    // At exit, because Jest prints its own summary and the teardown's output after this.
    process.once('exit', () => process.stderr.write(`\nTests: ${counts}${broken} (${seconds} s)\n`));
  }
}
