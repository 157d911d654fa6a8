import { printable } from './printable.ts';

const CREDENTIALS = [
  'HUAWEICLOUD_SDK_AK',
  'HUAWEICLOUD_SDK_SK',
  'HUAWEICLOUD_SDK_SECURITY_TOKEN',
  'HUAWEICLOUD_IAM_PASSWORD',
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALIBABA_CLOUD_SECURITY_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

/** No vendor issues a shorter key or lets one choose a shorter password; shorter values would only garble ordinary words. */
const SHORTEST_CREDENTIAL = 8;

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As it stands, as JSON writes it, as JSON writes a message that quotes it, and each of them made safe for a terminal. */
const formsOf = (value: string): string[] => [value, inJson(value), inJson(inJson(value))].flatMap((form) => [form, printable(form)]);

/** Gives a function that replaces every credential of these environments by `***`, in whatever form it would be printed (H58). */
export const redactor = (...envs: readonly Readonly<Record<string, string | undefined>>[]): ((text: string) => string) => {
  const values = envs.flatMap((env) => CREDENTIALS.map((name) => env[name] ?? '')).filter((value) => value.length >= SHORTEST_CREDENTIAL);
  const forms = [...new Set(values.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, '***'), text);
};
