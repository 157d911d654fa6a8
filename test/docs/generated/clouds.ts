import { ALIBABA_OPERATIONS, CHANGE_ORDER, DELETE_SECRET as DELETE_COPY, LIST_SECRETS as LIST_COPIES, NAMESPACE_RESOURCES } from '../../../lib/clouds/alibaba/operations.ts';
import {
  BATCH_DELETE,
  CANCEL,
  DELETE_SECRET,
  DELETE_STAGE,
  HUAWEI_OPERATIONS,
  LIST_SECRETS,
  LIST_VERSIONS,
  SCHEDULE,
  SHOW_SECRET,
  SHOW_STAGE,
} from '../../../lib/clouds/huawei/operations.ts';
import type { Operation } from '../../../lib/clouds/operation.ts';
import { OPERATIONS } from '../../../lib/clouds/operations.ts';
import type { CsmsWriter, SaeWriter } from '../../../lib/ports/clouds.ts';
import { OPERATIONS as CSMS_EMULATED, route as csmsRoute } from '../../../local/emulators/csms/routes.ts';
import { OPERATIONS as SAE_EMULATED, route as saeRoute } from '../../../local/emulators/sae/routes.ts';
import { UNKNOWNS } from '../../../local/emulators/unknowns.ts';
import { CSMS_CASES } from '../../conformance/cases/csms.ts';
import { SAE_CASES } from '../../conformance/cases/sae.ts';
import { lackingCodes, ownCodes } from './codes.ts';
import { code, table } from './page.ts';

/** Every method of the clients, and the one operation it calls. */
const CSMS_CALLS: Readonly<Record<keyof CsmsWriter, Operation>> = {
  list: LIST_SECRETS,
  show: SHOW_SECRET,
  showStage: SHOW_STAGE,
  listVersions: LIST_VERSIONS,
  schedule: SCHEDULE,
  cancel: CANCEL,
  delete: DELETE_SECRET,
  deleteStage: DELETE_STAGE,
  batchDelete: BATCH_DELETE,
};
const SAE_CALLS: Readonly<Record<keyof SaeWriter, Operation>> = { list: LIST_COPIES, namespaceResources: NAMESPACE_RESOURCES, changeOrder: CHANGE_ORDER, delete: DELETE_COPY };

const CALLS = [...Object.entries(CSMS_CALLS).map(([name, operation]) => [`csms.${name}`, operation] as const), ...Object.entries(SAE_CALLS).map(([name, operation]) => [`sae.${name}`, operation] as const)];

const calledBy = (operation: Operation): string => {
  const call = CALLS.find(([, called]) => called === operation);
  return call === undefined ? 'with a password only, before other calls' : code(call[0]);
};

const SAMPLE: Readonly<Record<string, string>> = { project_id: '0123456789abcdef0123456789abcdef', secret_name: 'a', stage_name: 'b' };

const emulatedAs = ({ cloud, method, path }: Operation): string | null => {
  const sample = { method, path: path.replaceAll(/\{([a-z_]+)\}/g, (_, part: string) => SAMPLE[part] ?? '') };
  return cloud === 'huawei' ? (csmsRoute(sample)?.operation ?? null) : saeRoute(sample);
};

const peers = ({ cloud }: Operation): readonly Operation[] => (cloud === 'huawei' ? HUAWEI_OPERATIONS : ALIBABA_OPERATIONS);

const codesOf = (operation: Operation): string => {
  const own = [...ownCodes(operation, peers(operation))].map(([meaning, codes]) => `${meaning}: ${codes.map(code).join(' ')}`);
  const lacking = lackingCodes(operation, peers(operation));
  const common = lacking === 0 ? 'the common ones' : `the common ones but for ${lacking}`;
  return [`${Object.keys(operation.codes).length}: ${common}`, ...own].join('; ');
};

const casesOf = ({ cloud, name }: Operation): string =>
  (cloud === 'huawei' ? CSMS_CASES : SAE_CASES)
    .filter(({ operation }) => operation === name)
    .map((one) => one.name)
    .join(' · ');

/** Every operation: who calls it, who answers it here, which codes it reads, which cases hold it to the contract. */
export const operationsTable = (): string =>
  table(
    ['Operation', 'Request', 'Changes', 'Client', 'Emulator', 'Error codes listed', 'Conformance cases'],
    OPERATIONS.map((operation) => [
      code(operation.name),
      code(`${operation.method} ${operation.path}`),
      operation.changes ? 'yes' : 'no',
      calledBy(operation),
      emulatedAs(operation) === null ? 'no' : 'yes',
      codesOf(operation),
      casesOf(operation),
    ]),
  );

/** What only the emulators know: calls that set a scene, and those that give a value away. */
export const emulatorOnly = (): string => {
  const called = new Set(OPERATIONS.map((operation) => `${operation.cloud} ${emulatedAs(operation)}`));
  const others = (cloud: string, names: readonly string[]): string => names.filter((name) => !called.has(`${cloud} ${name}`)).map(code).join(', ');
  return `- CSMS: ${others('huawei', CSMS_EMULATED)}\n- SAE: ${others('alibaba', SAE_EMULATED)}`;
};

/** What the vendors leave open, how the emulators answer, and the case that a real account would settle it by. */
export const unknownsTable = (): string =>
  table(
    ['Switch', 'Cloud', 'Choices, the default first', 'Why', 'Settled by'],
    Object.entries(UNKNOWNS).map(([name, unknown]) => [
      code(name),
      unknown.service,
      [`**${unknown.default}**`, ...unknown.choices.filter((choice) => choice !== unknown.default)].join(', '),
      unknown.why,
      [...CSMS_CASES, ...SAE_CASES].find(({ settles }) => settles === name)?.name ?? '',
    ]),
  );
