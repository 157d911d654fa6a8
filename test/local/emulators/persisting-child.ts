import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';

/** Runs one emulator as a program of its own, to be killed: SERVICE FILE SEED. Prints its endpoint and stays. */
const [service, persistTo = '', seed = '{}'] = process.argv.slice(2);
const options = { persistTo, seed: JSON.parse(seed) };
const { endpoint } = service === 'sae' ? await startSaeEmulator(options) : await startCsmsEmulator(options);
process.stdout.write(`${endpoint}\n`);
