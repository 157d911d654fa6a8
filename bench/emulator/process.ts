import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { answerAsks } from '../child.ts';

const emulator = await startCsmsEmulator();

const asks = { endpoint: async (): Promise<string> => emulator.endpoint };
export type EmulatorAsks = typeof asks;
answerAsks(asks);
