import type { Region } from '../../../events/ids.ts';

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/;

/** Whether a URL names this machine itself, where http is allowed. */
export const isLoopback = (url: URL): boolean => LOOPBACK.test(url.hostname);

/** An endpoint as it may be used, or why it may not; the reason never holds the text itself. */
export type EndpointText = { readonly kind: 'endpoint'; readonly url: URL } | { readonly kind: 'refused'; readonly reason: string };

/** The origin an endpoint names: https, or http on a loopback address, with nothing behind the host and port. */
export const readEndpoint = (text: string): EndpointText => {
  if (!URL.canParse(text)) return { kind: 'refused', reason: 'is not a URL' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'refused', reason: 'must begin with https://' };
  if (url.protocol === 'http:' && !isLoopback(url)) return { kind: 'refused', reason: 'must be https unless its host is a loopback address' };
  if (url.username !== '' || url.password !== '') return { kind: 'refused', reason: 'must not carry a user name or password' };
  // URL takes these for letters of a host's name, so a misspelt {region} would be looked up as it stands.
  if (/[{}*]/.test(url.hostname)) return { kind: 'refused', reason: 'holds something other than a host name' };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return { kind: 'refused', reason: 'must end after the host and port' };
  return { kind: 'endpoint', url };
};

/** An endpoint with every `{region}` in it filled in. */
export const endpointIn = (template: string, region: Region): string => template.replaceAll('{region}', region);
