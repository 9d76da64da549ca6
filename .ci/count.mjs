// Prints "passed failed" of jest's report: a test file that could not be run counts as one failure.
import { existsSync, readFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = report
console.log(numPassedTests, numFailedTests + numRuntimeErrorTestSuites)
