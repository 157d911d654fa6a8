/** Stands in for AWS in a process of its own: prints what points at it as one line of JSON, and ends with its input. */
import { startStandIns } from './aws.ts';

const standIns = await startStandIns();
process.stdout.write(`${JSON.stringify(standIns.env)}\n`);
process.stdin.on('end', () => void standIns.close()).resume();
