/** dynalite brings no types; this is all that the tests use of it. */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  const dynalite: (options: { readonly createTableMs?: number }) => Server;
  export default dynalite;
}
