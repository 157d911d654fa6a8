import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What a saga's journal says in most of its lines. DynamoDB bills each write by its whole item in steps of 1 KB, and with
 * this known to both sides an RDS instance's journal fits one of them to its end. Never to be changed: what stands in a
 * table can only be read with the text it was packed with. A better one gets an attribute of its own.
 */
const KNOWN_TEXT = Buffer.from(
  '"kind":"pending","eraseAt":"kind":"present","state":"ENABLED"{"type":"EventJoined","event":{"source":"{"type":"StepFailed","step":"look to verify","code":"' +
    '{"type":"Waited","wait":{"until":,"queue":"compensations","why":"retry: {"type":"SoakStarted","until":{"type":"EffectUnknown","number":,"code":"deadline","settledAt":' +
    '{"type":"Waited","wait":{"until":,"queue":"deletions","why":"soak"},"at":{"type":"Blocked","blockers":[{"secretId":"","kind":"application","name":"","code":"DependencyViolation.Application","seenBy":"DeleteSecret"}' +
    '{"op":"schedule","key":"huawei/,"recoveryWindowDays":7},"undo":"cancel the scheduled deletion"{"op":"cancel","key":"huawei/{"type":"CallSucceeded","number":,"told":{"eraseAt":' +
    '{"op":"delete-copy","key":"alibaba/","region":"cn-beijing","namespaceId":"cn-beijing:","secretId":"{"v":1,"facts":[{"type":"Opened","at":,"sagaId":"huawei:cn-north-4::RDS:#1",' +
    '"instance":{"cloud":"huawei","region":"cn-north-4","projectId":"","instanceId":"in01","instanceType":"RDS"},"after":null,"request":{"secretNames":[],"stages":[],"copies":[]},' +
    '"mode":"immediate","planFor":"immediate","soakSeconds":518400,"recoveryWindowDays":7,"policyDigest":"sha256:","event":{"source":"urn:","id":"evt-","part":1,"time":}},' +
    '{"type":"Planned","plan":{"at":,"digest":"sha256:","secrets":[{"key":"huawei/","cloud":"huawei","scope":"","id":"","name":"","createTime":,"linked":true,"step":"batch-delete"},' +
    '],"absent":[],"stages":[],"batchDelete":true,"notes":["batch-delete erases what is linked to  as RDS at once: this cannot be undone"]},"at":},{"type":"CallsCounted","at":,"csms":1,"sae":0},' +
    '{"type":"AllowanceGranted","digest":"sha256:","at":},{"type":"PurgeStarted","at":},{"type":"CallIntended","attempt":{"number":1,"call":{"op":"batch-delete","key":"in01","instanceId":"in01","instanceType":"RDS"},' +
    '"at":,"notAfter":,"settledAt":,"undo":null,"unknownBecause":null},"at":},{"type":"CallSucceeded","number":1,"told":{"batch":{"total":3,"succeeded":["],"failed":[]}},"at":},' +
    '{"type":"VerifyingStarted","parkAfterwards":null,"at":},{"type":"Waited","wait":{"until":,"queue":"verifications","why":"verify"},"at":},' +
    '{"type":"Looked","begunAt":,"proofsNeeded":3,"secrets":{"huawei/":{"kind":"gone","detail":null},"at":},{"type":"Settled","state":"gone","reason":null,"at":}],"hash":"","sealed":null,"lease":null}',
);

/** A body in the form a row keeps it. */
export const pack = (body: string): Uint8Array => deflateRawSync(body, { dictionary: KNOWN_TEXT });

export const unpack = (packed: Uint8Array): string => inflateRawSync(packed, { dictionary: KNOWN_TEXT }).toString('utf8');
