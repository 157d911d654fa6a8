import type { Outgoing } from '../wire.ts';
import { iamRefused } from './tokens.ts';
import { gatewayRefused, isServiceCode, refused, SERVICE_CODES } from './replies.ts';

/** Statuses and texts of the gateway (contracts/huawei-csms.md, section 4); of one code with several the first is given unless another is asked for. */
const GATEWAY_ERRORS: Readonly<Record<string, readonly (readonly [status: number, text: string])[]>> = {
  'APIGW.0101': [[404, 'The API does not exist or has not been published in the environment.']],
  'APIGW.0103': [[404, 'The backend does not exist.']],
  'APIGW.0201': [
    [504, 'Backend timeout.'],
    [502, 'Backend unavailable.'],
    [494, 'Request headers too large.'],
    [414, 'Request URI too large.'],
    [413, 'Request entity too large.'],
    [400, 'API request error.'],
  ],
  'APIGW.0301': [[401, 'Incorrect IAM authentication information: Unauthorized']],
  'APIGW.0302': [[403, 'The IAM user is not authorized to access the API.']],
  'APIGW.0303': [[401, 'Incorrect app authentication information.']],
  'APIGW.0305': [[401, 'Incorrect authentication information.']],
  'APIGW.0306': [[403, 'API access denied.']],
  'APIGW.0307': [[401, 'The token must be updated.']],
  'APIGW.0308': [[429, 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute']],
  'APIGW.0310': [[403, 'The project is unavailable.']],
  'APIGW.0401': [[403, 'Unknown client IP address.']],
  'APIGW.0402': [[403, 'The IP address is not authorized to access the API.']],
  'APIGW.0601': [[500, 'Internal server error.']],
  'APIGW.0602': [[400, 'Bad request.']],
  'APIGW.0610': [[502, 'No backend available.']],
  'APIGW.0613': [[503, 'The IAM service is currently unavailable.']],
  'APIGW.0801': [[403, 'The service is unavailable in the currently selected region.']],
  'APIGW.0802': [[403, 'The IAM user is forbidden in the currently selected region.']],
};

const IAM_ERRORS: Readonly<Record<string, readonly [status: number, title: string, message: string]>> = {
  'IAM.400': [400, 'Bad Request', 'Request body is invalid.'],
  'IAM.401': [401, 'Unauthorized', 'The username or password is wrong.'],
  'IAM.403': [403, 'Forbidden', 'You are not authorized to perform the requested action.'],
  'IAM.404': [404, 'Not Found', 'Could not find the requested resource.'],
  'IAM.500': [500, 'Internal Server Error', 'An unexpected error prevented the server from fulfilling your request.'],
  'IAM.503': [503, 'Service Unavailable', 'The service is unavailable.'],
};

/** A dedicated gateway spells the same codes its own way. */
const twinOf = (code: string): string => code.replace(/^APIGW\./, 'APIG.');

/** Every code a fault rule may ask for. */
export const ERROR_CODES: readonly string[] = [...Object.keys(SERVICE_CODES), ...Object.keys(GATEWAY_ERRORS), ...Object.keys(GATEWAY_ERRORS).map(twinOf), ...Object.keys(IAM_ERRORS)];

/** The documented error of that code as the cloud writes it; `status` chooses among several, or replaces the one. */
export const errorOf = (code: string, status: number | undefined): Outgoing => {
  if (isServiceCode(code)) return refused(code, status);
  const [iamStatus, title, message] = IAM_ERRORS[code] ?? [];
  if (iamStatus !== undefined && title !== undefined && message !== undefined) return iamRefused(status ?? iamStatus, title, message);
  const documented = GATEWAY_ERRORS[code.replace(/^APIG\./, 'APIGW.')] ?? [];
  const [usual, text] = documented.find(([one]) => one === status) ?? documented[0] ?? [500, 'Internal server error.'];
  return gatewayRefused(status ?? usual, code, text);
};
