// A vitest reporter that counts for tools/test.mjs: what passed, what failed, what was skipped and why.
import { writeFileSync } from 'node:fs';

export default class Totals {
  onTestRunEnd(modules, unhandledErrors) {
    const totals = {
      passed: 0,
      failed: unhandledErrors.length,
      skipped: [],
      failures: unhandledErrors.map((error) => error.message),
    };
    for (const module of modules) {
      // A file or a suite that fails outside its tests (an import, a beforeAll) has no failed test to be counted.
      for (const suite of [module, ...module.children.allSuites()]) {
        for (const error of suite.errors()) {
          totals.failed += 1;
          totals.failures.push(`${module.relativeModuleId}: ${error.message.split('\n')[0]}`);
        }
      }
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') totals.passed += 1;
        else if (state === 'skipped')
          totals.skipped.push({ test: `${module.relativeModuleId} > ${test.fullName}`, note });
        else {
          totals.failed += 1;
          totals.failures.push(`${module.relativeModuleId} > ${test.fullName}`);
        }
      }
    }
    writeFileSync(process.env.SWITCHBOARD_TEST_TOTALS, JSON.stringify(totals));
  }
}
