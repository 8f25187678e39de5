/** The script of answers: what the worker that owns the traces needs once more is asked than a first picture. It imports this script. */
import { lateAreasOf } from '../worker/late-areas.ts';

(self as unknown as { amberAnswers: typeof lateAreasOf }).amberAnswers = lateAreasOf;
