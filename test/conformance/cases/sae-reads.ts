import * as z from 'zod/mini';
import { NamespaceId } from '../../../events/ids.ts';
import { classify } from '../../../lib/clouds/alibaba/classify.ts';
import { LIST_SECRETS } from '../../../lib/clouds/alibaba/operations.ts';
import { LeftOut, casesOf, type Case } from '../case.ts';
import { codeOf, done, expectThat, expectVerdict, inWords, jsonOf, statusAndCode } from '../expectations.ts';
import { type Action, type SaeTarget } from '../sae/target.ts';
import { deadline } from '../deadline.ts';

const read = casesOf<SaeTarget>('nothing');

const listOf = (query: Action['query']): Action => ({ action: 'ListSecrets', method: 'GET', path: '/pop/v1/sam/secret/secrets', query });

const Success = z.object({ Success: z.literal(true), Code: z.optional(z.unknown()), ErrorCode: z.optional(z.unknown()) });

const aSuccess = async ({ sae, namespaceId, last }: SaeTarget): Promise<z.infer<typeof Success>> => {
  done(await sae.list(namespaceId, deadline()));
  return Success.parse(jsonOf(last()));
};

export const SAE_READS: readonly Case<SaeTarget>[] = [
  read('every row of a list is of the namespace asked for', 'ListSecrets', '1; 2', async ({ sae, namespaceId }) => {
    const secrets = done(await sae.list(namespaceId, deadline()));
    expectThat(secrets.every((secret) => secret.namespaceId === namespaceId), 'a row is of another namespace');
    return `${secrets.length} secrets`;
  }),
  read('a namespace that nobody has', 'ListSecrets', '1', async ({ sae, namespaceId }) => {
    const nobody = NamespaceId.parse(`${namespaceId.split(':')[0]}:probateconfnone`);
    const answer = await sae.list(nobody, deadline());
    if ('value' in answer) return answer.value.length === 0 ? 'emptyList' : 'rows';
    return answer.verdict.kind === 'terminal' && answer.verdict.code === 'namespace-not-found' ? 'notFound' : inWords(answer.verdict);
  }, 'unknownNamespace'),
  read('a parameter that is not there', 'ListSecrets', '3.3', async ({ send, signed }) => {
    const reply = await send(signed(listOf([])));
    const code = codeOf(reply);
    expectThat(code === 'no code' || classify(LIST_SECRETS, reply).kind === 'terminal', `${code} is not read as terminal`);
    return code === 'MissingNamespaceId' ? 'gateway' : code === 'InvalidParameter.NotEmpty' ? 'service' : statusAndCode(reply);
  }, 'missingParameter'),
  read('the envelope of a refusal', 'DescribeChangeOrder', '3.2', async ({ sae, last }) => {
    expectVerdict(await sae.changeOrder('00000000-0000-4000-8000-000000000000', deadline()), 'terminal');
    return last().status === 200 ? 'successFalse' : 'httpStatus';
  }, 'failureEnvelope'),
  read('Code of a success', 'ListSecrets', '3.2, Success quirks', async (target) => {
    const { Code: code } = await aSuccess(target);
    return code === '200' ? 'text' : code === 200 ? 'number' : 'neither';
  }, 'successCode'),
  read('ErrorCode of a success', 'ListSecrets', '3.2, Success quirks', async (target) => {
    const { ErrorCode: code } = await aSuccess(target);
    if (code === undefined || code === null || code === '') return 'absent';
    return typeof code === 'string' ? code.trim() : 'no text';
  }, 'successErrorCode'),
  read('a wrong secret is refused, and not tried again', 'ListSecrets', '3.3', async ({ withWrongSecret, namespaceId }) => {
    const refused = await withWrongSecret.list(namespaceId, deadline());
    expectThat(refused.requests === 1, `${refused.requests} requests were made`);
    return expectVerdict(refused, 'unauthenticated', 'SignatureDoesNotMatch');
  }),
  read('a key id that nobody has', 'ListSecrets', '3.3', async ({ withUnknownKey, namespaceId, last }) => {
    expectVerdict(await withUnknownKey.list(namespaceId, deadline()), 'unauthenticated', 'InvalidAccessKeyId.NotFound');
    return String(last().status);
  }, 'unknownKeyStatus'),
  read('a nonce is taken once', 'ListSecrets', '3.3; 4.1', async ({ send, signed, namespaceId }) => {
    const request = signed(listOf([['NamespaceId', namespaceId]]));
    expectThat((await send(request)).status === 200, 'the first was refused');
    const second = await send(request);
    expectThat(classify(LIST_SECRETS, second).kind === 'unknown' && codeOf(second) === 'SignatureNonceUsed', `the second is ${statusAndCode(second)}`);
    return statusAndCode(second);
  }),
  read('how busy a namespace is', 'DescribeNamespaceResources', '1', async ({ sae, namespaceId }) => {
    const { applicationCount, lastChange } = done(await sae.namespaceResources(namespaceId, deadline()));
    return `${applicationCount} applications, last change ${lastChange?.state ?? 'never'}`;
  }),
  read('how far a change has come', 'DescribeChangeOrder', '1', async ({ sae, namespaceId }) => {
    const { lastChange } = done(await sae.namespaceResources(namespaceId, deadline()));
    if (lastChange === null) throw new LeftOut('nothing has ever changed in this namespace');
    const { state, typeCode } = done(await sae.changeOrder(lastChange.id, deadline()));
    return `${typeCode ?? 'no type'} ${state}`;
  }),
];
