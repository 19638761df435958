'use strict';
/**
 * Short progress for `npm test`: failures as they come, a line per slow or end-to-end file, and the counts in a file.
 *
 * Options by environment: PERENNIAL_TEST_SUMMARY is the file for the counts.
 */
const { writeFileSync } = require('node:fs');
const path = require('node:path');

const SLOW_MS = 4_000;
const STRIDE = 20;

class ShortReporter {
  constructor(globalConfig) {
    this.root = globalConfig.rootDir;
    this.done = 0;
  }

  onTestResult(test, result, aggregated) {
    this.done += 1;
    const { displayName, rootDir } = test.context.config;
    const name = displayName?.name ?? '';
    const file = path.relative(rootDir, result.testFilePath);
    const took = `${((result.perfStats.end - result.perfStats.start) / 1000).toFixed(1)} s`;
    if (result.failureMessage) {
      const said = (result.console ?? []).map((entry) => `  ${entry.type}: ${entry.message}`).join('\n');
      process.stdout.write(
        `${name}: FAILED ${file} (${took})\n${result.failureMessage}\n${said === '' ? '' : `${said}\n`}`,
      );
      return;
    }
    const skipped = result.numPendingTests + result.numTodoTests;
    const counts = `${result.numPassingTests} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    const tests = result.perfStats.end - result.perfStats.start;
    if (name !== 'unit' || tests > SLOW_MS) process.stdout.write(`${name}: ${file}: ${counts} (${took})\n`);
    else if (this.done % STRIDE === 0) {
      process.stdout.write(`${name}: ${this.done} of ${aggregated.numTotalTestSuites} files\n`);
    }
  }

  onRunComplete(_contexts, results) {
    const broken = results.testResults.filter(
      (result) => result.testExecError !== undefined && result.numFailingTests === 0,
    ).length;
    const summary = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + broken,
      skipped: results.numPendingTests + results.numTodoTests,
      files: results.numTotalTestSuites,
    };
    if (process.env.PERENNIAL_TEST_SUMMARY) writeFileSync(process.env.PERENNIAL_TEST_SUMMARY, JSON.stringify(summary));
  }
}

module.exports = ShortReporter;
