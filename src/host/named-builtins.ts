/**
 * What `import { stdout } from 'node:process'` gives. Node looks at a module of its own when it is first imported by its names, and keeps what it sees
 * for everybody: it has to look before there is a world, or it would keep what is of one node.
 */
import Module from 'node:module';
// Node looks here.
import 'node:process';
import { replace } from './replace.ts';

let names = false;

/** Node asks for what goes by a name: it is to have what is everybody's. */
export function namesBuiltins(): boolean {
  return names;
}

/** What was installed goes by its names from now on, and stays so when hosted code has them looked up anew. */
export function nameBuiltins(): void {
  replace<() => void>(
    Module,
    'syncBuiltinESMExports',
    (real) =>
      function syncBuiltinESMExports() {
        names = true;
        try {
          real();
        } finally {
          names = false;
        }
      },
  );
  Module.syncBuiltinESMExports();
}
