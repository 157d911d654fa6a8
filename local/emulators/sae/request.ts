import type { Fault } from '../faults.ts';
import type { Unknowns } from '../unknowns.ts';
import { readJson, readQuery, type Incoming } from '../wire.ts';
import type { Content } from './content.ts';
import { emptyParameter, gatewayRefuses, invalidParameter, noSuchNamespace, type Answer } from './replies.ts';

/** One request that has been let in. `now` is the emulator's clock, epoch ms. */
export interface Request {
  readonly parameters: ReadonlyMap<string, string>;
  readonly content: Content;
  readonly unknowns: Unknowns;
  readonly fault: Fault;
  readonly now: number;
}

/** Parameters stand in the query; older clients sent SecretData in the body, as a form or as JSON (section 2). */
export const readParameters = ({ query, headers, body }: Incoming): ReadonlyMap<string, string> => {
  const form = (headers['content-type'] ?? '').includes('x-www-form-urlencoded') ? [...new URLSearchParams(body.toString('utf8'))] : [];
  const json = readJson(body)?.value;
  const fields = typeof json === 'object' && json !== null ? Object.entries(json).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const) : [];
  return new Map([...fields, ...form, ...(readQuery(query) ?? [])]);
};

/** Carries out with the values of the parameters, which must all be there and not be empty. */
export const withParameters = <Name extends string>(
  { parameters, unknowns }: Request,
  names: readonly Name[],
  carryOut: (values: Readonly<Record<Name, string>>) => Answer,
): Answer => {
  const values: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = parameters.get(name);
    if (value === undefined && unknowns.missingParameter === 'gateway') return gatewayRefuses(400, `Missing${name}`, `${name} is mandatory for this action.`);
    if (value === undefined || value === '') return emptyParameter(name);
    values[name] = value;
  }
  return isFull(values, names) ? carryOut(values) : emptyParameter(names.join(', '));
};

const isFull = <Name extends string>(values: Partial<Record<Name, string>>, names: readonly Name[]): values is Record<Name, string> => names.every((name) => values[name] !== undefined);

export const withNamespace = ({ content }: Request, namespaceId: string, carryOut: () => Answer): Answer => {
  if (!/^[a-z0-9-]+(:[a-z0-9-]+)?$/.test(namespaceId)) return invalidParameter('NamespaceId');
  return content.namespaces.get(namespaceId) === undefined ? noSuchNamespace() : carryOut();
};
