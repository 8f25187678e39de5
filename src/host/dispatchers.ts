/**
 * One set of dispatchers for everything real that a script can reach: `in a run ? virtual : real`.
 *
 * They are installed once a thread, are inert without a run, and stay. Nothing is hidden from the script and
 * nothing is bundled: whole application files run as they are. What cannot be made virtual is refused by name, because a
 * run that quietly read a real clock could never be repeated.
 */
import './real.ts';
import { watchCapturedTimers } from './captured-timers.ts';
import { installRequire } from './file-reading.ts';
import { nameBuiltins } from './named-builtins.ts';
import { installOpensslChance } from './openssl-chance.ts';
import { installProcessEvents } from './process-events.ts';
import { currentProcess } from './process-world.ts';
import { installRefusals } from './refusals.ts';
import { installCallSites } from './virtual-call-sites.ts';
import { installChance } from './virtual-chance.ts';
import { installClocks } from './virtual-clocks.ts';
import { installEnvironment } from './virtual-env.ts';
import { installLocale } from './virtual-locale.ts';
import { installMachine } from './virtual-machine.ts';
import { installNetwork } from './virtual-net.ts';
import { installObjectUrls } from './virtual-object-urls.ts';
import { installProcessIds } from './virtual-pid.ts';
import { installStdio } from './virtual-stdio.ts';
import { installTimers } from './virtual-timers.ts';
import { installWebAssembly } from './virtual-webassembly.ts';

let installed = false;

/** Installs the dispatchers on this thread; further calls do nothing. */
export function installDispatchers(): void {
  if (installed) return;
  installed = true;
  watchCapturedTimers();
  installClocks();
  installEnvironment();
  installProcessIds();
  installProcessEvents();
  installStdio();
  installLocale();
  installTimers();
  installChance();
  installCallSites();
  installObjectUrls();
  installRequire();
  installRefusals();
  installOpensslChance();
  installMachine();
  installWebAssembly();
  installNetwork(currentProcess);
  nameBuiltins();
}
