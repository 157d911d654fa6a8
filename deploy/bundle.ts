import { join } from 'node:path';
import { build } from 'esbuild';
import { lean } from './lean.ts';

export interface Bundle {
  /** The function's name in serverless.yml. */
  readonly name: string;
  /** Its path in the package, as Lambda looks for the handler's module. */
  readonly path: string;
  readonly code: Uint8Array;
  readonly map: Uint8Array;
  /** Every file that went in, relative to the checkout. */
  readonly inputs: readonly string[];
}

/** Something got into a bundle that stands in for a cloud or belongs to the command line. */
export class ForeignInput extends Error {
  override readonly name = 'ForeignInput';
}

/** CommonJS packages inside an ES module ask for a `require` of their own. */
const REQUIRE = "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";

const refuseForeign = (name: string, inputs: readonly string[]): void => {
  const foreign = inputs.filter((input) => /^(local|cli|test|bench|deploy)\//.test(input));
  if (foreign.length > 0) throw new ForeignInput(`the bundle of ${name} holds ${foreign.join(', ')}, which must not be deployed`);
};

export interface Handler {
  readonly name: string;
  /** Its module without an ending, relative to the checkout, such as `functions/intake`. */
  readonly module: string;
}

/** Each function's module and all it needs in a single file; `root` is the checkout. Throws ForeignInput, or esbuild's own failure. */
export const bundle = async (root: string, handlers: readonly Handler[]): Promise<readonly Bundle[]> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: handlers.map(({ module }) => ({ in: `${module}.ts`, out: module })),
    outdir: root,
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    sourcemap: 'external',
    legalComments: 'none',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // undici's own mark for bundlers: leaves its second, experimental parser out.
    define: { esbuildDetection: 'true' },
    banner: { js: REQUIRE },
    plugins: [lean(root)],
    logLevel: 'silent',
  });
  const contentOf = (path: string): Uint8Array => {
    const file = outputFiles.find((output) => output.path === join(root, path));
    if (file === undefined) throw new Error(`esbuild wrote no ${path}`);
    return file.contents;
  };
  return handlers.map(({ name, module }) => {
    const path = `${module}.mjs`;
    const inputs = Object.keys(metafile.outputs[path]?.inputs ?? {}).sort();
    refuseForeign(name, inputs);
    return { name, path, code: contentOf(path), map: contentOf(`${path}.map`), inputs };
  });
};
