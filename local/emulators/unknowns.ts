import * as z from 'zod/mini';

/** A point the vendor's pages leave open: how the emulator may answer, how it does unless the seed says otherwise, and why. */
export interface Unknown<Choice extends string = string> {
  readonly service: 'csms' | 'sae';
  readonly choices: readonly [Choice, ...Choice[]];
  readonly default: Choice;
  readonly why: string;
}

const csms = <const Choice extends string>(choices: readonly [Choice, ...Choice[]], fallback: NoInfer<Choice>, why: string): Unknown<Choice> => ({
  service: 'csms',
  choices,
  default: fallback,
  why,
});
const sae = <const Choice extends string>(choices: readonly [Choice, ...Choice[]], fallback: NoInfer<Choice>, why: string): Unknown<Choice> => ({
  service: 'sae',
  choices,
  default: fallback,
  why,
});

const SWITCHES = {
  emptyBatchBody: csms(['everything', 'linked', 'refused'], 'everything', 'batch-delete without any condition is undocumented; erasing the whole project is the worst it could mean'),
  blankSelector: csms(['absent', 'literal'], 'absent', 'an instance_id or instance_type of "" may count as not given, which widens the call'),
  unknownInstanceType: csms(['ignored', 'refused', 'nothing'], 'ignored', 'the answer to a type outside the list is unstated; dropping the condition widens the call'),
  bothConditions: csms(['and', 'or'], 'and', 'id and type together are taken for narrowing each other, by every reading but the worst; as a default that one would let no batch-delete be tried'),
  batchNoMatch: csms(['emptyLists', 'nullLists', 'notFound'], 'emptyLists', 'a total of 0 looks like success; null arrays and a 404 are possible'),
  batchFailure: csms(['partial', 'atomic'], 'partial', 'whether one refused secret keeps the others is unstated; the sample shows both lists filled'),
  batchBound: csms(['unbounded', 'first100'], 'unbounded', 'an upper bound per call is unstated; without one the most is erased'),
  deletePending: csms(['erased', 'refused'], 'erased', 'DeleteSecret on a secret pending deletion is unknown; CSMS.0107 is the likelier answer, erasing it the worse one'),
  missingWindow: csms(['thirtyDays', 'refused'], 'thirtyDays', 'recovery_window_in_days is marked mandatory and has a default of 30 all the same'),
  deletableStates: csms(['all', 'notFrozen', 'enabledOnly'], 'all', 'whether DISABLED and FROZEN secrets can be deleted or scheduled is unstated'),
  notFound: csms(['status404', 'status400'], 'status404', 'the code table says 400 (CSMS.0106), the operation pages and working software say 404 (CSMS.0005)'),
  pendingUse: csms(['CSMS.0103', 'CSMS.0109'], 'CSMS.0103', 'a secret pending deletion cannot be used; which of the two codes says so is not documented'),
  marker: csms(['exclusive', 'inclusive'], 'exclusive', 'the page calls it both; working software ends only if the marker itself is left out of the next page'),
  markerGone: csms(['continues', 'ends', 'refused'], 'continues', 'the answer when the marker secret was deleted meanwhile is unknown; an end here would be a silently short list that no reader could notice, so it is not the default'),
  lastMarker: csms(['null', 'absent', 'empty', 'name'], 'null', 'next_marker on the last page: null by the page, "" by a sibling service; name means that only an empty page is the end'),
  maxLimit: csms(['1000', '100', '50'], '1000', 'the largest limit is not stated; current_count ends at 1000'),
  overLimit: csms(['refused', 'clamped'], 'refused', 'a limit above the largest may be refused or silently cut'),
  listOrder: csms(['created', 'name', 'newest', 'id'], 'created', 'unstated; an order other than by name catches those who rely on names'),
  timeUnit: csms(['milliseconds', 'seconds'], 'milliseconds', 'the pages say seconds, every sample and working software milliseconds'),
  cancelledDate: csms(['cleared', 'kept'], 'cleared', 'a sample shows scheduled_delete_time on a restored secret, the text says null'),
  stageDelete: csms(['removes', 'leavesOnce'], 'removes', 'a 204 that leaves the stage has been met, so working software reads again; as a constant default no stage would ever go'),
  stageDeleteStatus: csms(['204', '200'], '204', 'the status of a removed stage is 204 by the newer page and 200 by an old one'),

  failureEnvelope: sae(['httpStatus', 'successFalse'], 'httpStatus', 'the error table gives HTTP statuses; a 200 with Success false has been handled by hand in working software'),
  firstDependency: sae(['Job', 'Application'], 'Job', 'which code wins when both depend is unstated; the job is the one no list shows beforehand'),
  dependentNamed: sae(['name', 'id', 'allNames'], 'name', 'what the brackets of the violation hold is unstated'),
  jobsInRelateApps: sae(['hidden', 'shown'], 'hidden', 'whether RelateApps covers jobs is not documented; hidden means that only the delete tells'),
  emptyRelateApps: sae(['absent', 'null', 'list'], 'absent', 'how no application at all is written'),
  deletingApplication: sae(['blocks', 'frees'], 'blocks', 'whether an application still being deleted holds its secrets'),
  namespaceMismatch: sae(['notFound', 'erased'], 'notFound', 'a secret id with another namespace: not found reads as gone though the secret stands'),
  unknownNamespace: sae(['notFound', 'emptyList'], 'notFound', 'ListSecrets of a namespace that does not exist; 404 by analogy with its sibling, an empty list would be a false proof'),
  missingParameter: sae(['gateway', 'service'], 'gateway', 'an absent parameter: MissingX of the gateway or InvalidParameter.NotEmpty of the service'),
  unknownKeyStatus: sae(['404', '400'], '404', 'the status of InvalidAccessKeyId.NotFound differs from page to page'),
  successErrorCode: sae(['absent', 'success', 'Null', '空', 'error'], 'absent', 'samples of successes carry all of these in ErrorCode'),
  successCode: sae(['text', 'number'], 'text', 'Code is a string in the schema and a number in some samples'),
} as const;

type Switches = typeof SWITCHES;
export type UnknownName = keyof Switches;
export type Unknowns = { readonly [Name in UnknownName]: Switches[Name]['choices'][number] };

/** Every switch, as documentation and checks read it. */
export const UNKNOWNS: Readonly<Record<UnknownName, Unknown>> = SWITCHES;

/** The seed's `unknowns`: the switches that differ from their default. */
export const UnknownsDocument = z.strictObject({
  emptyBatchBody: z.optional(z.enum(SWITCHES.emptyBatchBody.choices)),
  blankSelector: z.optional(z.enum(SWITCHES.blankSelector.choices)),
  unknownInstanceType: z.optional(z.enum(SWITCHES.unknownInstanceType.choices)),
  bothConditions: z.optional(z.enum(SWITCHES.bothConditions.choices)),
  batchNoMatch: z.optional(z.enum(SWITCHES.batchNoMatch.choices)),
  batchFailure: z.optional(z.enum(SWITCHES.batchFailure.choices)),
  batchBound: z.optional(z.enum(SWITCHES.batchBound.choices)),
  deletePending: z.optional(z.enum(SWITCHES.deletePending.choices)),
  missingWindow: z.optional(z.enum(SWITCHES.missingWindow.choices)),
  deletableStates: z.optional(z.enum(SWITCHES.deletableStates.choices)),
  notFound: z.optional(z.enum(SWITCHES.notFound.choices)),
  pendingUse: z.optional(z.enum(SWITCHES.pendingUse.choices)),
  marker: z.optional(z.enum(SWITCHES.marker.choices)),
  markerGone: z.optional(z.enum(SWITCHES.markerGone.choices)),
  lastMarker: z.optional(z.enum(SWITCHES.lastMarker.choices)),
  maxLimit: z.optional(z.enum(SWITCHES.maxLimit.choices)),
  overLimit: z.optional(z.enum(SWITCHES.overLimit.choices)),
  listOrder: z.optional(z.enum(SWITCHES.listOrder.choices)),
  timeUnit: z.optional(z.enum(SWITCHES.timeUnit.choices)),
  cancelledDate: z.optional(z.enum(SWITCHES.cancelledDate.choices)),
  stageDelete: z.optional(z.enum(SWITCHES.stageDelete.choices)),
  stageDeleteStatus: z.optional(z.enum(SWITCHES.stageDeleteStatus.choices)),
  failureEnvelope: z.optional(z.enum(SWITCHES.failureEnvelope.choices)),
  firstDependency: z.optional(z.enum(SWITCHES.firstDependency.choices)),
  dependentNamed: z.optional(z.enum(SWITCHES.dependentNamed.choices)),
  jobsInRelateApps: z.optional(z.enum(SWITCHES.jobsInRelateApps.choices)),
  emptyRelateApps: z.optional(z.enum(SWITCHES.emptyRelateApps.choices)),
  deletingApplication: z.optional(z.enum(SWITCHES.deletingApplication.choices)),
  namespaceMismatch: z.optional(z.enum(SWITCHES.namespaceMismatch.choices)),
  unknownNamespace: z.optional(z.enum(SWITCHES.unknownNamespace.choices)),
  missingParameter: z.optional(z.enum(SWITCHES.missingParameter.choices)),
  unknownKeyStatus: z.optional(z.enum(SWITCHES.unknownKeyStatus.choices)),
  successErrorCode: z.optional(z.enum(SWITCHES.successErrorCode.choices)),
  successCode: z.optional(z.enum(SWITCHES.successCode.choices)),
});
export type UnknownsDocument = z.infer<typeof UnknownsDocument>;

const given = <Choice extends string>(chosen: Choice | undefined, { default: fallback }: Unknown<Choice>): Choice => chosen ?? fallback;

export const settle = (document: UnknownsDocument): Unknowns => ({
  emptyBatchBody: given(document.emptyBatchBody, SWITCHES.emptyBatchBody),
  blankSelector: given(document.blankSelector, SWITCHES.blankSelector),
  unknownInstanceType: given(document.unknownInstanceType, SWITCHES.unknownInstanceType),
  bothConditions: given(document.bothConditions, SWITCHES.bothConditions),
  batchNoMatch: given(document.batchNoMatch, SWITCHES.batchNoMatch),
  batchFailure: given(document.batchFailure, SWITCHES.batchFailure),
  batchBound: given(document.batchBound, SWITCHES.batchBound),
  deletePending: given(document.deletePending, SWITCHES.deletePending),
  missingWindow: given(document.missingWindow, SWITCHES.missingWindow),
  deletableStates: given(document.deletableStates, SWITCHES.deletableStates),
  notFound: given(document.notFound, SWITCHES.notFound),
  pendingUse: given(document.pendingUse, SWITCHES.pendingUse),
  marker: given(document.marker, SWITCHES.marker),
  markerGone: given(document.markerGone, SWITCHES.markerGone),
  lastMarker: given(document.lastMarker, SWITCHES.lastMarker),
  maxLimit: given(document.maxLimit, SWITCHES.maxLimit),
  overLimit: given(document.overLimit, SWITCHES.overLimit),
  listOrder: given(document.listOrder, SWITCHES.listOrder),
  timeUnit: given(document.timeUnit, SWITCHES.timeUnit),
  cancelledDate: given(document.cancelledDate, SWITCHES.cancelledDate),
  stageDelete: given(document.stageDelete, SWITCHES.stageDelete),
  stageDeleteStatus: given(document.stageDeleteStatus, SWITCHES.stageDeleteStatus),
  failureEnvelope: given(document.failureEnvelope, SWITCHES.failureEnvelope),
  firstDependency: given(document.firstDependency, SWITCHES.firstDependency),
  dependentNamed: given(document.dependentNamed, SWITCHES.dependentNamed),
  jobsInRelateApps: given(document.jobsInRelateApps, SWITCHES.jobsInRelateApps),
  emptyRelateApps: given(document.emptyRelateApps, SWITCHES.emptyRelateApps),
  deletingApplication: given(document.deletingApplication, SWITCHES.deletingApplication),
  namespaceMismatch: given(document.namespaceMismatch, SWITCHES.namespaceMismatch),
  unknownNamespace: given(document.unknownNamespace, SWITCHES.unknownNamespace),
  missingParameter: given(document.missingParameter, SWITCHES.missingParameter),
  unknownKeyStatus: given(document.unknownKeyStatus, SWITCHES.unknownKeyStatus),
  successErrorCode: given(document.successErrorCode, SWITCHES.successErrorCode),
  successCode: given(document.successCode, SWITCHES.successCode),
});
